import { z } from "zod";
import { InsidePath } from "./flavour.ts";
import { HostPath } from "./names.ts";
import { JailRef, job, look, Nothing, type Verb } from "./verb.ts";

/**
 * A further nullfs mount (row 8): a directory of the host that its admin has approved, seen at `target` in the jail.
 * A source that is mounted writable belongs to one jail only (security.md G8).
 */
export const Mount = z.strictObject({
  source: HostPath,
  /** absolute, as seen inside the jail; no part of the base */
  target: InsidePath,
  readOnly: z.boolean().default(true),
});
export type Mount = z.infer<typeof Mount>;

/** A line of ETC/knast/mounts, which only root on the host writes. */
export const MountSource = z.strictObject({
  path: z.string().max(1100),
  access: z.enum(["ro", "rw"]),
  /** of the file, from 1 */
  line: z.int().positive(),
  /** why nothing can be mounted from there, in one sentence */
  problem: z.string().max(500).nullable(),
  /** what is mounted from it or from below it, by the fstabs of all jails */
  users: z.array(z.strictObject({ jail: z.string(), source: z.string(), target: z.string(), readOnly: z.boolean() })),
});
export type MountSource = z.infer<typeof MountSource>;

export const MountSources = z.strictObject({
  /** the file that root edits */
  file: HostPath,
  /** what is wrong with the file as a whole, in one sentence */
  problem: z.string().max(500).nullable(),
  sources: z.array(MountSource).max(500),
});
export type MountSources = z.infer<typeof MountSources>;

/** A jail's own mounts as its fstab has them; a line made by hand may name what the panel would refuse. */
export const JailMounts = z.strictObject({
  file: HostPath,
  text: z.string().max(256 * 1024),
  /** of the file's text: set-mounts refuses when it has changed since */
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  mounts: z
    .array(z.strictObject({ source: z.string().max(1100), target: z.string().max(1100), readOnly: z.boolean() }))
    .max(500),
});
export type JailMounts = z.infer<typeof JailMounts>;

export const SetMounts = z.strictObject({
  ...JailRef.shape,
  mounts: z.array(Mount).max(32, "A jail has at most 32 further mounts."),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
});
export type SetMounts = z.infer<typeof SetMounts>;
/** From the browser; the id is looked up. */
export const MountsForm = SetMounts.omit({ id: true });
export type MountsForm = z.infer<typeof MountsForm>;

export const MOUNT_VERBS = {
  "mounts.sources": look(Nothing, MountSources),
  "jail.mounts": look(JailRef, JailMounts),
  /** a jail that runs is stopped, and started again with them: jail(8) unmounts at a stop what the fstab says then */
  "jail.set-mounts": job(SetMounts),
} as const satisfies Record<string, Verb>;
