import type { RecordForm } from "../../contract/together.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";
import { ownTerminal } from "./list-terminals.ts";

/**
 * Begins or stops the recording of one of the actor's shells; everybody who looks at it is told.
 * @returns the recording's name, null when there was none to stop; throws KnastError not_found, too_many, disk_full
 */
export function recordTerminal(ctx: Ctx, form: RecordForm): Promise<{ recording: string | null }> {
  return audited(ctx, form.on ? "terminal.record" : "terminal.stop-recording", {}, async () => {
    await ownTerminal(ctx, form.terminal);
    return call("terminal.record", form, { actor: ctx.actor.name });
  });
}
