import { z } from "zod";

/**
 * The closed list of what can go wrong, with the sentence for the person and the HTTP status.
 * A tool's own words never leave the daemon: they stay in the job's log.
 */
export const ERRORS = {
  invalid: { status: 400, message: "Something in this form is not right." },
  unauthenticated: { status: 401, message: "Sign in first." },
  forbidden: { status: 403, message: "This is not allowed." },
  prove_first: { status: 403, message: "Prove first that it is you." },
  not_found: { status: 404, message: "There is no such thing here." },
  busy: { status: 409, message: "Another job is at work on this jail. Try again when it is done." },
  exists: { status: 409, message: "A jail of this name exists already." },
  address_taken: { status: 409, message: "This address is in use." },
  address_outside_pools: { status: 400, message: "This address is in none of the host's pools." },
  interface_missing: { status: 400, message: "The host has no such interface." },
  base_missing: { status: 409, message: "There is no base jail yet. Install one first." },
  base_invalid: { status: 400, message: "This is not a FreeBSD world that can become a base jail." },
  update_failed: {
    status: 502,
    message: "The base could not be updated. The old one is in use as before. The job's log says why.",
  },
  fetch_failed: { status: 502, message: "This could not be fetched. The job's log says why." },
  checksum_mismatch: { status: 400, message: "The archive's checksum is not the one that its MANIFEST names." },
  archive_invalid: {
    status: 400,
    message: "This is not a whole archive of a jail, or it holds something that no jail may have.",
  },
  disk_full: { status: 507, message: "The disk is full. Nothing was changed." },
  already_running: { status: 409, message: "This jail is running already." },
  not_running: { status: 409, message: "This jail is not running." },
  running: { status: 409, message: "This jail is running. Stop it first." },
  foreign: { status: 409, message: "This jail was not made here and can only be looked at." },
  broken: { status: 409, message: "This jail is broken and can't do that." },
  config_invalid: { status: 409, message: "FreeBSD can't read this jail's config." },
  changed: {
    status: 409,
    message: "The file was changed by hand meanwhile. Nothing was written: look at what stands there now.",
  },
  devfs_rules_missing: {
    status: 409,
    message: "The devfs ruleset is empty: the jail would see every device of the host.",
  },
  limits_unknown: {
    status: 502,
    message:
      "sysctl kern.racct.enable can't be read on the host, so nobody knows whether this jail's limits hold. Try again.",
  },
  start_failed: { status: 502, message: "The jail did not start. What it had set up was undone." },
  stop_failed: { status: 502, message: "The jail did not stop." },
  still_mounted: { status: 409, message: "Something is still mounted below this jail. Nothing was deleted." },
  timed_out: { status: 504, message: "This took too long and was given up." },
  tool_missing: { status: 502, message: "A program that this needs is not installed on the host." },
  wrong_method: { status: 405, message: "This can't be done here. The header Allow says what can." },
  wrong_type: { status: 415, message: "This takes a body of another type. The header Accept says which." },
  key_reused: { status: 422, message: "This idempotency key was used for another request." },
  under_way: { status: 409, message: "The first request with this idempotency key is still at work." },
  too_many: { status: 429, message: "Too many at once. Try again in a moment." },
  over_budget: { status: 409, message: "The limits of these jails are more than their owner may use together." },
  too_large: { status: 413, message: "This is too large." },
  shell_missing: { status: 409, message: "There is no shell in this jail." },
  incomplete: { status: 409, message: "Not all of it could be done. The steps say what is missing." },
  no_dataset: {
    status: 409,
    message: "This jail's tree is a plain directory. Snapshots need a ZFS file system of its own.",
  },
  later_snapshots: {
    status: 409,
    message: "There are later snapshots, which rolling back would destroy. Say so, or remove them first.",
  },
  has_clones: { status: 409, message: "Something was cloned from this snapshot and needs it." },
  mail_off: { status: 409, message: "No mail server is set up, so nothing can be sent by mail." },
  mail_failed: { status: 502, message: "The mail server did not take the mail." },
  mail_refused: { status: 409, message: "The mail server takes no mail for this address." },
  sign_on_failed: { status: 502, message: "The single sign-on can't be reached. Sign in with name and password." },
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

const BRAND = Symbol.for("knast.error");

/** The one exception of the product. `cause` is for the log only; `message` may replace the code's sentence. */
export class KnastError extends Error {
  /** knast-web is two bundles in one process, each with a class of its own, and what one throws the other may catch. */
  static [Symbol.hasInstance](value: unknown): boolean {
    if (this !== KnastError) return Function.prototype[Symbol.hasInstance].call(this, value);
    return typeof value === "object" && value !== null && BRAND in value;
  }
  readonly [BRAND] = true;
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
