import { z } from "zod";
import { ForeignJailName, JailId, JailName, JobId } from "./names.ts";
import { call, look, Nothing, type Verb } from "./verb.ts";

/** `begun`: a job was started; its end is a record of its own. `refused`: he may not. `failed`: he may, and it went wrong. */
export const AuditResult = z.enum(["ok", "begun", "refused", "failed"]);
export type AuditResult = z.infer<typeof AuditResult>;

/** Longest text of a field in the file; what is longer is cut, and ends with an ellipsis. */
export const AUDIT_FIELD_MAX = 200;
export const AUDIT_PAGE_MAX = 200;
/** Records that knast-web may hand over at once. */
export const AUDIT_BATCH_MAX = 64;

const Text = z.string().max(4000);
const Cut = z.string().max(AUDIT_FIELD_MAX);

/** What somebody did or was refused: no passwords, no tokens, no keystrokes, nothing of a jail's content but the path of a file that was taken out. */
export const AuditEntry = z.strictObject({
  /** name of the account; "-": nobody was signed in */
  who: Text,
  /** address that it came from; "-": not known */
  source: Text,
  /** id of the token that it was done with; `ssh:` and the id of a key of who came by ssh */
  token: Text.optional(),
  /** noun.verb */
  what: Text,
  jail: Text.optional(),
  /** account that it was done to */
  account: Text.optional(),
  job: Text.optional(),
  requestId: Text,
  result: AuditResult,
  /** of errors.ts, or how a shell ended */
  code: Text.optional(),
  /** how many, of what was lost */
  count: z.int().min(0).optional(),
  /** when it was, of what is handed over late: the daemon was away */
  happenedAt: z.iso.datetime().optional(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

/** A line of the file. The daemon alone sets what is not in AuditEntry. */
export const AuditRecord = z.strictObject({
  /** 1, 2, 3 … over all files */
  seq: z.int().min(1),
  at: z.iso.datetime(),
  /** who says so: the daemon itself, or knast-web */
  origin: z.enum(["knastd", "panel"]),
  who: Cut,
  source: Cut,
  token: Cut.optional(),
  what: Cut,
  jail: Cut.optional(),
  /** its $knast_id at that moment: a jail made anew under the name is another one */
  jailId: JailId.optional(),
  /** that it was done to; of a look at a shell, whose that is */
  account: Cut.optional(),
  job: Cut.optional(),
  terminal: Cut.optional(),
  /** what else it was about: a base, a flavour, an archive, and which part of it one request took, a snapshot, an upload, a file */
  object: Cut.optional(),
  /** how many, of what was lost */
  count: z.int().min(0).optional(),
  requestId: Cut,
  result: AuditResult,
  code: Cut.optional(),
  /** in the panel's words, where it could not be told at once; `at` is when it was told */
  happenedAt: z.iso.datetime().optional(),
  /** `hash` of the record before, of the first one 64 zeros */
  prev: z.string().regex(/^[0-9a-f]{64}$/),
  /** SHA-256 of the line up to here */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
});
export type AuditRecord = z.infer<typeof AuditRecord>;

const Seq = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const Moment = z.iso.datetime({ offset: true });

/** What one may look for; all of it together. */
export const AuditFilter = z.strictObject({
  jail: ForeignJailName.optional(),
  jailId: JailId.optional(),
  who: z.string().min(1).max(64).optional(),
  /** a noun.verb, or the beginning of one: `jail.` is all that was done to jails */
  what: z.string().min(1).max(64).optional(),
  result: AuditResult.optional(),
  /** from this moment on */
  from: Moment.optional(),
  /** before this moment */
  to: Moment.optional(),
});
export type AuditFilter = z.infer<typeof AuditFilter>;

const Page = {
  /** records before this number */
  before: Seq.optional(),
  limit: z.int().min(1).max(AUDIT_PAGE_MAX).default(50),
};

/** `next`: where the next page begins, null when there is no older record. A page may be short, or empty, before the end: reading is bounded. */
export const AuditPage = z.strictObject({
  records: z.array(AuditRecord).max(AUDIT_PAGE_MAX),
  next: Seq.nullable(),
});
export type AuditPage = z.infer<typeof AuditPage>;

/** What is wrong with the chain, from the first bad record on. */
export const AuditProblem = z.strictObject({
  /** the first record that is not as it was written */
  seq: Seq,
  why: z.enum(["edited", "removed", "reordered", "cut", "no-head"]),
  /** the same for a person */
  says: z.string().max(300),
});
export type AuditProblem = z.infer<typeof AuditProblem>;

export const AuditVerdict = z.strictObject({
  /** whole records from the first on */
  records: z.int().min(0),
  files: z.int().min(0),
  /** null: nothing was edited, removed, moved or cut off */
  problem: AuditProblem.nullable(),
});
export type AuditVerdict = z.infer<typeof AuditVerdict>;

export const AUDIT_VERBS = {
  /** knast-web's own records: it can neither say that they are the daemon's nor when it was */
  "audit.append": call(z.strictObject({ entries: z.array(AuditEntry).min(1).max(AUDIT_BATCH_MAX) }), Nothing),
  /** newest first */
  "audit.list": look(z.strictObject({ ...AuditFilter.shape, ...Page }), AuditPage),
  /** walks the whole chain */
  "audit.verify": look(Nothing, AuditVerdict),
} as const satisfies Record<string, Verb>;

/** What a page of the panel, its export and the API take: dates as days, in UTC, or as moments. */
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const Day = z
  .string()
  .regex(DAY)
  .refine((day) => !Number.isNaN(Date.parse(day)))
  .or(Moment);
export const AuditQuery = z.strictObject({
  jail: ForeignJailName.optional(),
  who: AuditFilter.shape.who,
  what: AuditFilter.shape.what,
  result: AuditFilter.shape.result,
  /** a day counts from its beginning */
  from: Day.optional(),
  /** a day counts to its end */
  to: Day.optional(),
});
export type AuditQuery = z.infer<typeof AuditQuery>;
/** @returns what the daemon is asked for; a last day counts to its end (UTC). */
export function filterOf({ from, to, ...rest }: AuditQuery): AuditFilter {
  const end = to && DAY.test(to) ? new Date(Date.parse(to) + 86_400_000).toISOString() : to;
  return {
    ...rest,
    ...(from === undefined ? {} : { from: DAY.test(from) ? `${from}T00:00:00Z` : from }),
    ...(end === undefined ? {} : { to: end }),
  };
}

export const AuditListForm = z.strictObject({ ...AuditQuery.shape, ...Page });
export type AuditListForm = z.input<typeof AuditListForm>;
export const JailAuditForm = AuditListForm.omit({ jail: true }).extend({ name: JailName });
export type JailAuditForm = z.input<typeof JailAuditForm>;
/** The same for a whole export. */
export const JailAuditQuery = AuditQuery.omit({ jail: true }).extend({ name: JailName });
export type JailAuditQuery = z.infer<typeof JailAuditQuery>;

/** What a page's address carries; what is wrong in it counts as left out. */
export const AuditPageQuery = z.object({
  jail: AuditQuery.shape.jail.catch(undefined),
  who: AuditQuery.shape.who.catch(undefined),
  what: AuditQuery.shape.what.catch(undefined),
  result: AuditQuery.shape.result.catch(undefined),
  from: AuditQuery.shape.from.catch(undefined),
  to: AuditQuery.shape.to.catch(undefined),
  before: z.coerce.number().pipe(Seq).optional().catch(undefined),
});

/** A record as people see it; an owner sees neither where others came from nor by which token. */
export const AuditRow = AuditRecord.omit({ prev: true, hash: true, source: true, token: true }).extend({
  source: Cut.nullable(),
  token: Cut.nullable(),
});
export type AuditRow = z.infer<typeof AuditRow>;
export const AuditRows = z.strictObject({ records: z.array(AuditRow), next: Seq.nullable() });
export type AuditRows = z.infer<typeof AuditRows>;

/** The job that a record is about, when it is one of knastd's. */
export const jobOf = (record: { job?: string | undefined }): string | null =>
  JobId.safeParse(record.job).success ? record.job! : null;
