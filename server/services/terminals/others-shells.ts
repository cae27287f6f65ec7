import { KnastError } from "../../contract/errors.ts";
import { HOST_ACTOR, type OtherShell } from "../../contract/terminal.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import { audited } from "../audit/audited.ts";
import { isInJail } from "../audit/current-act.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";

/**
 * The open shells of all other people, for an admin: whose, where and since when, and nothing of what is on them. Those of the host's
 * root are his own affair. @throws KnastError forbidden, unavailable
 */
export async function listOthersShells(ctx: Ctx): Promise<OtherShell[]> {
  assertAdmin(ctx);
  const { terminals } = await call("terminal.list", {}, { actor: ctx.actor.name });
  return terminals
    .filter(({ actor }) => actor !== ctx.actor.name && actor !== HOST_ACTOR)
    .map(({ terminal, jail, actor, account, startedAt, lastInputAt, lastOutputAt }) => {
      const last = [startedAt, lastInputAt, lastOutputAt]
        .filter((at) => at !== null)
        .toSorted()
        .at(-1)!;
      return { terminal, jail, person: actor, account, startedAt, quietSince: last };
    });
}

/**
 * Ends the shell of another, with all that runs in it; he is told that an admin did it, and it is on record in its jail.
 * @throws KnastError forbidden, not_found, unavailable
 */
export function endOthersShell(ctx: Ctx, { terminal }: { terminal: string }): Promise<void> {
  return audited(ctx, "terminal.close", {}, async () => {
    const found = (await listOthersShells(ctx)).find((each) => each.terminal === terminal);
    if (!found) throw new KnastError("not_found");
    isInJail(found.jail);
    await call("terminal.close", { terminal, reason: "ended-by-admin" }, { actor: ctx.actor.name });
  });
}
