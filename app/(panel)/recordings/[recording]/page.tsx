import { Unreachable } from "@/components/panel/unreachable.tsx";
import { RecordingPage } from "@/components/recordings/recording-page.tsx";
import { KnastError } from "@/server/contract/errors.ts";
import { recordingFor } from "@/server/services/recordings/find-recording.ts";
import { orNotFound, whenReachable } from "../../../reach.ts";
import { requireActor } from "../../../session.ts";

/** A page that one may not have is a page that there is not. */
function absentIfForbidden(error: unknown): never {
  if (error instanceof KnastError && error.code === "forbidden") throw new KnastError("not_found");
  throw error;
}

export default async function PlayPage({ params }: { params: Promise<{ recording: string }> }) {
  const ctx = await requireActor();
  const name = decodeURIComponent((await params).recording);
  const recording = await whenReachable(orNotFound(recordingFor(ctx, name).catch(absentIfForbidden)));
  return recording ? <RecordingPage recording={recording} /> : <Unreachable />;
}
