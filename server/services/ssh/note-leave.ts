import { cameWith } from "../audit/audited.ts";
import { record } from "../audit/record.ts";
import type { Ctx } from "../context.ts";

/** Notes that one who came by ssh has left a shell; its opening has a line of its own. */
export function noteLeave({ actor, source, requestId }: Ctx, jail: string): void {
  void record({ what: "ssh.leave", who: actor.name, source, requestId, ...cameWith(actor), jail, result: "ok" });
}
