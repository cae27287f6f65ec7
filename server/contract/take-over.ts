import { z } from "zod";
import { Problem } from "./errors.ts";
import { ForeignJailName, HostPath, JailName } from "./names.ts";
import { job, look, Nothing, type Verb } from "./verb.ts";

/** Where a jail's config may stand that is not ours: jail.conf(5) by hand, rc.conf(5), files included by it, and the jail managers. */
export const TakeOverScheme = z.enum(["jail.conf", "rc.conf", "etc-jails", "ezjail", "bastille", "iocage"]);
export type TakeOverScheme = z.infer<typeof TakeOverScheme>;

const Digest = z.string().regex(/^[0-9a-f]{64}$/);

/** A jail that can be taken over, or that can't and why. */
export const TakeOverCandidate = z.strictObject({
  scheme: TakeOverScheme,
  name: ForeignJailName,
  /** what it would be called here */
  target: z.string().max(64),
  hostname: z.string().max(256),
  path: z.string().max(1024),
  addresses: z.array(z.string().max(64)).max(64),
  /** as jls has it under the name that its own tool gives it */
  jid: z.int().positive().nullable(),
  sources: z.array(HostPath).max(20),
  /** why it can't be taken over as a whole, as a sentence */
  refused: z.string().max(1000).nullable(),
});
export type TakeOverCandidate = z.infer<typeof TakeOverCandidate>;

export const TakeOverWish = z.strictObject({
  scheme: TakeOverScheme,
  name: ForeignJailName,
  target: JailName.optional(),
  /** what allow.sysvipc becomes: `keep` shares the host's SysV IPC as before, `new` gives the jail its own at its next start */
  sysvipc: z.enum(["keep", "new"]).default("keep"),
});
export type TakeOverWish = z.infer<typeof TakeOverWish>;

/** A file before and after; null: it is not there. */
export const FileChange = z.strictObject({
  path: HostPath,
  before: z
    .string()
    .max(256 * 1024)
    .nullable(),
  after: z
    .string()
    .max(256 * 1024)
    .nullable(),
});
export type FileChange = z.infer<typeof FileChange>;

export const TakeOverPlan = z.strictObject({
  scheme: TakeOverScheme,
  name: ForeignJailName,
  target: z.string().max(64),
  jid: z.int().positive().nullable(),
  changes: z.array(FileChange).max(40),
  steps: z.array(z.strictObject({ title: z.string(), command: z.string().nullable() })).max(40),
  /** what has no place in the new config, each with where it stood */
  untranslated: z.array(z.string().max(1200)).max(500),
  /** what an admin should know about what is kept as it was */
  notes: z.array(z.string().max(1200)).max(50),
  /** empty when take-over.run would go ahead */
  problems: z.array(Problem).max(50),
  /** over everything above that is written: take-over.run takes nothing else */
  digest: Digest,
});
export type TakeOverPlan = z.infer<typeof TakeOverPlan>;

export const TAKE_OVER_VERBS = {
  "take-over.find": look(Nothing, z.strictObject({ candidates: z.array(TakeOverCandidate).max(1000) })),
  "take-over.plan": look(TakeOverWish, TakeOverPlan),
  /** @see TakeOverPlan.digest: what was shown is what is done */
  "take-over.run": job(z.strictObject({ ...TakeOverWish.shape, digest: Digest })),
} as const satisfies Record<string, Verb>;
