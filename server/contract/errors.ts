import { z } from "zod";

/**
 * The closed list of what can go wrong, with the sentence for the person and the HTTP status.
 * A tool's own words never leave the daemon: they stay in the job's log.
 */
export const ERRORS = {
  invalid: { status: 400, message: "Something in this form is not right." },
  unauthenticated: { status: 401, message: "Sign in first." },
  forbidden: { status: 403, message: "This is not allowed." },
  not_found: { status: 404, message: "There is no such thing here." },
  busy: { status: 409, message: "Another job is at work on this jail. Try again when it is done." },
  exists: { status: 409, message: "A jail of this name exists already." },
  address_taken: { status: 409, message: "This address is in use." },
  address_outside_pools: { status: 400, message: "This address is in none of the host's pools." },
  interface_missing: { status: 400, message: "The host has no such interface." },
  base_missing: { status: 409, message: "There is no base jail yet. Install one first." },
  base_invalid: { status: 400, message: "This is not a FreeBSD world that can become a base jail." },
  checksum_mismatch: { status: 400, message: "The archive's checksum is not the one that its MANIFEST names." },
  disk_full: { status: 507, message: "The disk is full. Nothing was changed." },
  already_running: { status: 409, message: "This jail is running already." },
  not_running: { status: 409, message: "This jail is not running." },
  running: { status: 409, message: "This jail is running. Stop it first." },
  foreign: { status: 409, message: "This jail was not made here and can only be looked at." },
  broken: { status: 409, message: "This jail is broken and can't do that." },
  config_invalid: { status: 409, message: "FreeBSD can't read this jail's config." },
  devfs_rules_missing: {
    status: 409,
    message: "The devfs ruleset is empty: the jail would see every device of the host.",
  },
  start_failed: { status: 502, message: "The jail did not start. What it had set up was undone." },
  stop_failed: { status: 502, message: "The jail did not stop." },
  still_mounted: { status: 409, message: "Something is still mounted below this jail. Nothing was deleted." },
  timed_out: { status: 504, message: "This took too long and was given up." },
  tool_missing: { status: 502, message: "A program that this needs is not installed on the host." },
  too_many: { status: 429, message: "Too many at once. Try again in a moment." },
  too_large: { status: 413, message: "This is too large." },
  shell_missing: { status: 409, message: "There is no shell in this jail." },
  cancelled: { status: 409, message: "This was cancelled." },
  unavailable: {
    status: 503,
    message: "The daemon knastd can't be reached. The jails go on; the panel can't see them.",
  },
  internal: { status: 500, message: "Something went wrong here." },
} as const satisfies Record<string, { status: number; message: string }>;

export const ErrorCode = z.enum(Object.keys(ERRORS) as [keyof typeof ERRORS, ...(keyof typeof ERRORS)[]]);
export type ErrorCode = z.infer<typeof ErrorCode>;

/** One thing wrong with one field: `field` is the path in the input, for example "hostname" or "ip4.0". */
export const Problem = z.strictObject({ field: z.string().max(100), code: ErrorCode, message: z.string().max(500) });
export type Problem = z.infer<typeof Problem>;

/** What goes over the wire and to the browser. `requestId` names the line in the log that holds the cause. */
export const Failure = z.strictObject({
  code: ErrorCode,
  message: z.string().max(500),
  problems: z.array(Problem).max(50).default([]),
  requestId: z.string().max(64).optional(),
});
export type Failure = z.infer<typeof Failure>;

/** The one exception of the product. `cause` is for the log only; `message` may replace the code's sentence. */
export class KnastError extends Error {
  readonly code: ErrorCode;
  readonly problems: Problem[];
  constructor(code: ErrorCode, options: { message?: string; problems?: Problem[]; cause?: unknown } = {}) {
    super(options.message ?? ERRORS[code].message, { cause: options.cause });
    this.name = "KnastError";
    this.code = code;
    this.problems = options.problems ?? [];
  }
  get status(): number {
    return ERRORS[this.code].status;
  }
  toFailure(requestId?: string): Failure {
    return { code: this.code, message: this.message, problems: this.problems, ...(requestId ? { requestId } : {}) };
  }
}
