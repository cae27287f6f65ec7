import { z } from "zod";
import { BaseSource, HostInfo, JailDetail, JailPlan, JailSpec, JailSummary, Pool, Process } from "./jail.ts";
import { Job, JobRef } from "./job.ts";
import { ForeignJailName, JailId, JailName, JobId, TerminalId } from "./names.ts";
import { Cols, Rows, TerminalInfo } from "./terminal.ts";

/**
 * A jail by name; with `id` it must also carry that $knast_id, so that a verb meant for a jail
 * never reaches another one that was made under its name in the meantime (answer: not_found).
 */
export const JailRef = z.strictObject({ name: JailName, id: JailId.optional() });
export type JailRef = z.infer<typeof JailRef>;

const Nothing = z.strictObject({});

type Verb<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> = { input: I; output: O; job: boolean };
/** Answers when it is done. */
const call = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O) =>
  ({ input, output, job: false }) as const;
/** Answers 202 with a job's id at once; the job goes on in the daemon whatever becomes of the caller. */
const job = <I extends z.ZodType>(input: I) => ({ input, output: JobRef, job: true }) as const;

/**
 * What knastd does, all of it: POST /v1/<verb> with the input as JSON body and the header `knast-actor: NAME`
 * (who it is for, for the audit line; "root" when left out). A failed call answers `Failure` with the code's status.
 * Jobs take the header `idempotency-key` (1 to 64 of A-Za-z0-9_-): the same key, verb and input give the same job again.
 */
export const VERBS = {
  "host.info": call(Nothing, HostInfo),
  "host.configure": call(z.strictObject({ pools: z.array(Pool).max(32) }), HostInfo),
  "base.install": job(z.strictObject({ source: BaseSource })),
  "jail.list": call(Nothing, z.strictObject({ jails: z.array(JailSummary) })),
  "jail.show": call(z.strictObject({ name: ForeignJailName }), JailDetail),
  "jail.plan": call(JailSpec, JailPlan),
  "jail.create": job(JailSpec),
  "jail.start": job(JailRef),
  "jail.stop": job(JailRef),
  "jail.restart": job(JailRef),
  "jail.destroy": job(JailRef),
  "jail.processes": call(JailRef, z.strictObject({ processes: z.array(Process) })),
  "job.get": call(z.strictObject({ job: JobId }), Job),
  "job.list": call(
    z.strictObject({ jail: ForeignJailName.optional() }),
    z.strictObject({ jobs: z.array(Job).max(200) }),
  ),
  /** answers application/x-ndjson: JobEvent lines from `after` + 1 on, and ends after done or failed */
  "job.follow": call(z.strictObject({ job: JobId, after: z.int().min(-1).default(-1) }), Nothing),
  "terminal.open": call(z.strictObject({ ...JailRef.shape, cols: Cols, rows: Rows }), TerminalInfo),
  "terminal.list": call(
    z.strictObject({ name: JailName.optional() }),
    z.strictObject({ terminals: z.array(TerminalInfo) }),
  ),
  "terminal.close": call(z.strictObject({ terminal: TerminalId }), Nothing),
} as const satisfies Record<string, Verb>;

export type VerbName = keyof typeof VERBS;
export type VerbInput<V extends VerbName> = z.input<(typeof VERBS)[V]["input"]>;
export type VerbOutput<V extends VerbName> = z.output<(typeof VERBS)[V]["output"]>;

/** `GET /v1/terminals/<id>?from=<offset>` with Upgrade: the terminal.attach of the table; frames in terminal.ts. */
export const TERMINAL_PATH = /^\/v1\/terminals\/([0-9a-f]{32})(?:\?from=(0|[1-9][0-9]{0,15}))?$/;

/** Largest body of a request. */
export const MAX_BODY = 64 * 1024;
