import { KnastError } from "../../contract/errors.ts";
import type { Ctx, Visitor } from "../context.ts";
import { type AuditLine, record } from "./record.ts";

type Subject = Pick<AuditLine, "jail" | "account">;

/** Runs a mutating action and records how it went, whatever it was; rethrows its error. */
export async function audited<T>(
  ctx: Ctx | Visitor,
  what: string,
  subject: Subject,
  act: () => Promise<T>,
): Promise<T> {
  const line = {
    what,
    who: "actor" in ctx ? ctx.actor.name : "-",
    source: ctx.source,
    requestId: ctx.requestId,
    ...subject,
  };
  try {
    const value = await act();
    const job = (value as { job?: unknown } | null | undefined)?.job;
    record({ ...line, ...(typeof job === "string" ? { job } : {}), result: "ok" });
    return value;
  } catch (error) {
    const code = error instanceof KnastError ? error.code : "internal";
    const refused = ["forbidden", "not_found", "unauthenticated", "too_many"].includes(code);
    record({ ...line, result: refused ? "refused" : "failed", code });
    throw error;
  }
}
