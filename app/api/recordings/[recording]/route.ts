import { currentActor } from "@/app/session.ts";
import { KnastError } from "@/server/contract/errors.ts";
import { downloadRecording } from "@/server/services/recordings/download-recording.ts";
import { refuse } from "../../refuse.ts";

/** A recording of a shell, for the player and to keep. */
export async function GET(request: Request, { params }: { params: Promise<{ recording: string }> }): Promise<Response> {
  try {
    const ctx = await currentActor();
    if (!ctx) throw new KnastError("unauthenticated");
    const { recording } = await params;
    const answer = await downloadRecording(ctx, { recording, signal: request.signal });
    const headers = { "cache-control": "no-store, no-transform", "x-content-type-options": "nosniff" };
    return new Response(answer.body, { status: answer.status, headers: { ...headers, ...answer.headers } });
  } catch (error) {
    return refuse(error);
  }
}
