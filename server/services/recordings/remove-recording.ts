import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";
import { recordingFor } from "./find-recording.ts";

/** Throws a recording away. @throws KnastError not_found, forbidden; busy while it is being written */
export function removeRecording(ctx: Ctx, form: { recording: string }): Promise<void> {
  return audited(ctx, "recording.remove", {}, async () => {
    const { recording } = await recordingFor(ctx, form.recording, true);
    await call("recording.remove", { recording }, { actor: ctx.actor.name });
  });
}
