import type { Ctx } from "../context.ts";
import { cameWith } from "./audited.ts";
import { type From, within } from "./current-act.ts";
import { record } from "./record.ts";

/** @returns from where an actor came, and by what */
export const fromOf = ({ actor, source, requestId }: Ctx): From => ({ source, requestId, ...cameWith(actor) });

/**
 * Asks knastd for a file: it learns from where that was asked and records it itself, before the first byte. What it refuses is
 * no download and leaves no record.
 */
export async function download<T>(
  ctx: Ctx,
  { what, jail }: { what: string; jail?: string },
  get: () => Promise<T>,
): Promise<T> {
  const from = fromOf(ctx);
  const got = await within({ what, ...from, recorded: null }, get);
  const line = { what, who: ctx.actor.name, ...from, ...(jail === undefined ? {} : { jail }), result: "ok" } as const;
  await record(line, { byDaemon: true });
  return got;
}
