import { z } from "zod";
import { JobRef } from "./job.ts";
import { JailId, JailName } from "./names.ts";

/**
 * A jail by name; with `id` it must also carry that $knast_id, so that a verb meant for a jail
 * never reaches another one that was made under its name in the meantime (answer: not_found).
 */
export const JailRef = z.strictObject({ name: JailName, id: JailId.optional() });
export type JailRef = z.infer<typeof JailRef>;

export const Nothing = z.strictObject({});

/** `look` only reads, `call` changes something and answers when it is done, `job` goes on after its answer. */
export type Verb<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> = {
  input: I;
  output: O;
  kind: "look" | "call" | "job";
};

/** Changes nothing; leaves no audit line. */
export const look = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O) =>
  ({ input, output, kind: "look" }) as const;
/** Answers when it is done. */
export const call = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O) =>
  ({ input, output, kind: "call" }) as const;
/** Answers 202 with a job's id at once; the job goes on in the daemon whatever becomes of the caller. */
export const job = <I extends z.ZodType>(input: I) => ({ input, output: JobRef, kind: "job" }) as const;
