import type { IncomingMessage, ServerResponse } from "node:http";
import { ARCHIVE_PATH } from "../contract/archive.ts";
import { RECORDING_PATH } from "../contract/recording.ts";
import { SHELL_GET_PATH } from "../contract/shell-file.ts";
import { sendArchive } from "./archives/send-archive.ts";
import { noteFor } from "./audit/of-reading.ts";
import type { Daemon } from "./daemon.ts";
import { sendRecording } from "./recordings/send-recording.ts";
import { pathOf, sendShellFile } from "./shell-files/send-file.ts";

/** What is read by GET: each such request is put on record before its first byte. @returns null for what is none */
export function downloadOf(
  daemon: Daemon,
  request: IncomingMessage,
  { actorOf, requestId }: { actorOf: (request: IncomingMessage) => string; requestId: string },
): ((response: ServerResponse) => Promise<void>) | null {
  if (request.method !== "GET") return null;
  const found = (path: RegExp) => path.exec(request.url ?? "");
  const by = () => {
    const actor = actorOf(request);
    return { actor, note: noteFor(daemon, request.headers, actor, requestId) };
  };
  const file = found(SHELL_GET_PATH);
  if (file) {
    const wanted = { terminal: file[1]!, path: pathOf(file[2]!), ...by() };
    return (response) => sendShellFile(daemon, response, wanted);
  }
  const archive = found(ARCHIVE_PATH);
  if (archive) {
    const { note } = by();
    return (response) => sendArchive(daemon, request, response, { archive: archive[1]!, note });
  }
  const recording = found(RECORDING_PATH);
  if (!recording) return null;
  const { note } = by();
  return (response) => sendRecording(daemon, response, { recording: recording[1]!, note });
}
