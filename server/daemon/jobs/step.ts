import type { RunOptions, RunResult } from "../host/run.ts";

/** What a step may use while it runs; everything that it prints or runs shows up in the job's log. */
export type StepContext = {
  /**
   * Runs a program of the host and copies its lines into the job's log. Answers also when its status is not 0; throws
   * KnastError tool_missing, timed_out (deadline, default 60 s) or cancelled.
   */
  run(program: string, args: readonly string[], options?: StepRunOptions): Promise<RunResult>;
  /** one line of the log; control characters are removed, long lines are cut */
  output(line: string): void;
  progress(done: number, total: number | null, unit: "bytes" | "files"): void;
  /** aborted by job.cancel; long loops look at it */
  signal: AbortSignal;
};

export type StepRunOptions = Pick<RunOptions, "deadline" | "stdin" | "signal" | "take" | "feed"> & {
  /** false: what it prints is for the caller alone (a parser) */
  log?: boolean;
};

/**
 * One step of a job. Before `run` the journal holds the job's intent with this step's id (or that of one before it, see
 * inScratch), after it the next one's; a step must therefore bear being done again.
 */
export type Step = {
  /** short word that names it in the journal and to --kill-at; unique within the job */
  id?: string;
  title: string;
  /** the command line as a person would type it, null when there is none */
  command: string | null;
  /** changes nothing but what recovery takes back whole from the step before on: the journal is not written anew for it */
  inScratch?: boolean;
  run(context: StepContext): Promise<void>;
};
