import { z } from "zod";
import { JailId } from "./names.ts";
import { call, look, Nothing, type Verb } from "./verb.ts";

/** A file in JAILS/.archives: the jail's name, when it was begun, in UTC, and eight digits of the shell's id. */
export const RecordingName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,30}-[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}\.knast\.cast$/, "This is no name of a recording.");
export type RecordingName = z.infer<typeof RecordingName>;

/** How many recordings of one jail are kept at most, and how large one may become. */
export const MAX_RECORDINGS = 50;
export const MAX_RECORDING_BYTES = 64 * 1024 ** 2;

/** Why a recording is over. */
export const RecordingEnd = z.enum(["stopped", "shell-ended", "too-large", "disk-full", "too-slow", "failed"]);
export type RecordingEnd = z.infer<typeof RecordingEnd>;

/**
 * The first line of an asciicast v2 file; `knast` is ours, and players pass over what they don't know. It names the jail by its
 * $knast_id, so that one made anew under the name inherits nothing.
 */
export const CastHeader = z.object({
  version: z.literal(2),
  width: z.int().min(1).max(1000),
  height: z.int().min(1).max(1000),
  timestamp: z.int().min(0),
  knast: z.strictObject({ jail: z.string().max(255), id: JailId.nullable(), by: z.string().max(64) }),
});
export type CastHeader = z.infer<typeof CastHeader>;

export const Recording = z.strictObject({
  recording: RecordingName,
  bytes: z.int().min(0),
  since: z.string(),
  /** seconds from its beginning to its last event */
  seconds: z.number().min(0),
  jail: z.string().max(255),
  id: JailId.nullable(),
  /** whose shell it was */
  by: z.string().max(64),
  /** it is still being written */
  live: z.boolean(),
});
export type Recording = z.infer<typeof Recording>;

export const RecordingRef = z.strictObject({ recording: RecordingName });

export const RECORDING_VERBS = {
  "recording.list": look(Nothing, z.strictObject({ recordings: z.array(Recording).max(10_000) })),
  /** @throws busy while it is being written */
  "recording.remove": call(RecordingRef, Nothing),
} as const satisfies Record<string, Verb>;

/** `GET /v1/recordings/<name>`: its whole lines, as application/x-asciicast. */
export const RECORDING_PATH = /^\/v1\/recordings\/([a-z][a-z0-9_]{0,30}-[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}\.knast\.cast)$/;
