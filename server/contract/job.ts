import { z } from "zod";
import { Failure } from "./errors.ts";
import { JailId, JobId } from "./names.ts";

export const JobState = z.enum(["running", "done", "failed"]);
export type JobState = z.infer<typeof JobState>;

export const Job = z.strictObject({
  id: JobId,
  verb: z.string().max(64),
  /** the jail's name, null for a job on the host */
  jail: z.string().max(255).nullable(),
  /** its $knast_id, so that nobody sees a job of an earlier jail of that name; null for one made by hand */
  jailId: JailId.nullable(),
  actor: z.string().max(64),
  state: JobState,
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  /** titles of all steps planned and the number of steps finished */
  steps: z.array(z.string().max(300)).max(200),
  finished: z.int().min(0),
  failure: Failure.nullable(),
  /** job.cancel takes it back while it runs */
  cancellable: z.boolean().default(false),
});
export type Job = z.infer<typeof Job>;

/** One line of the NDJSON stream. `seq` counts from 0 without gaps, so that a follower goes on where it stopped. */
export const JobEvent = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("step"),
    seq: z.int(),
    at: z.string(),
    index: z.int(),
    title: z.string(),
    command: z.string().nullable(),
  }),
  /** a line that the step's command printed; the daemon has removed control characters */
  z.strictObject({ kind: z.literal("output"), seq: z.int(), at: z.string(), text: z.string().max(2000) }),
  z.strictObject({
    kind: z.literal("progress"),
    seq: z.int(),
    at: z.string(),
    done: z.number(),
    total: z.number().nullable(),
    unit: z.enum(["bytes", "files"]),
  }),
  z.strictObject({ kind: z.literal("done"), seq: z.int(), at: z.string() }),
  z.strictObject({ kind: z.literal("failed"), seq: z.int(), at: z.string(), failure: Failure }),
]);
export type JobEvent = z.infer<typeof JobEvent>;

export const JobRef = z.strictObject({ job: JobId });
export type JobRef = z.infer<typeof JobRef>;
