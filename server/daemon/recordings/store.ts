import { join } from "node:path";
import { KnastError } from "../../contract/errors.ts";
import { CastHeader, type Recording, RecordingName } from "../../contract/recording.ts";
import { archivesDirectory } from "../archives/store.ts";
import type { Daemon } from "../daemon.ts";
import { OpenFile } from "../host/big-file.ts";
import { listNames, removeFile } from "../host/disk.ts";

type Where = Pick<Daemon, "paths">;

/** A header is some hundred bytes; an event may be as long as its text with every character escaped. */
const HEADER = 4096;
const LONGEST_LINE = 512 * 1024;

/** Beside the archives of the jail that was recorded. */
export const recordingFile = (daemon: Where, recording: string): string =>
  join(archivesDirectory(daemon), RecordingName.parse(recording));

/** @returns NAME-20260131T235959Z-0f1e2d3c.knast.cast */
export const recordingName = (jail: string, terminal: string, at: Date): string =>
  RecordingName.parse(
    `${jail}-${at.toISOString().slice(0, 19).replace(/[-:]/g, "")}Z-${terminal.slice(0, 8)}.knast.cast`,
  );

export async function recordingNames(daemon: Where): Promise<string[]> {
  const names = (await listNames(archivesDirectory(daemon))) ?? [];
  return names.filter((name) => RecordingName.safeParse(name).success);
}

/** @throws KnastError not_found */
export async function openRecording(daemon: Where, recording: string): Promise<OpenFile> {
  const file = await OpenFile.open(recordingFile(daemon, recording));
  if (!file) throw new KnastError("not_found");
  return file;
}

/** @returns how many of its bytes are whole lines: a kill may have left a part of one */
export async function wholeLines(file: OpenFile): Promise<number> {
  const from = Math.max(0, file.size - LONGEST_LINE);
  return from + (await file.read(from, file.size - from)).lastIndexOf(10) + 1;
}

const known = new Map<string, { stamp: string; recording: Recording }>();

/** @returns what its first and its last line say, read again when it has changed; null for what is no recording of ours */
export async function describeRecording(daemon: Where, recording: string, live: boolean): Promise<Recording | null> {
  const path = recordingFile(daemon, recording);
  const file = await openRecording(daemon, recording);
  try {
    const old = known.get(path);
    if (!live && old?.stamp === file.stamp) return old.recording;
    const first = (await file.read(0, HEADER)).toString("utf8").split("\n", 1)[0]!;
    const header = CastHeader.safeParse(parsed(first));
    if (!header.success) return null;
    const whole = await wholeLines(file);
    const from = Math.max(0, whole - LONGEST_LINE);
    const last = parsed((await file.read(from, whole - from)).toString("utf8").trimEnd().split("\n").at(-1)!);
    const seconds = Array.isArray(last) && typeof last[0] === "number" && last[0] >= 0 ? last[0] : 0;
    const { timestamp, knast } = header.data;
    const since = new Date(timestamp * 1000).toISOString();
    const found: Recording = { recording, bytes: whole, since, seconds, ...knast, live };
    if (known.size > 10_000) known.clear();
    if (!live) known.set(path, { stamp: file.stamp, recording: found });
    return found;
  } finally {
    await file.close();
  }
}

/** recording.list, newest first. */
export async function listRecordings(daemon: Daemon): Promise<{ recordings: Recording[] }> {
  const recordings: Recording[] = [];
  const names = await recordingNames(daemon);
  for (const name of names) {
    const one = await describeRecording(daemon, name, isLive(daemon, name)).catch(() => null);
    if (one) recordings.push(one);
  }
  recordings.sort((a, b) => (a.since < b.since ? 1 : a.since > b.since ? -1 : 0));
  return { recordings: recordings.slice(0, 10_000) };
}

/** recording.remove. @throws KnastError not_found; busy while it is being written */
export async function removeRecording(
  daemon: Daemon,
  { recording }: { recording: string },
): Promise<Record<string, never>> {
  if (!(await recordingNames(daemon)).includes(recording)) throw new KnastError("not_found");
  if (isLive(daemon, recording))
    throw new KnastError("busy", { message: "This is being recorded. Stop the recording first." });
  await removeFile(recordingFile(daemon, recording));
  return {};
}

const isLive = (daemon: Pick<Daemon, "terminals">, name: string): boolean =>
  daemon.terminals.alive().some((one) => one.tape.isOn && one.tape.name === name);

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
