import { z } from "zod";
import { JailName } from "./names.ts";
import { call, JailRef, job, look, type Verb } from "./verb.ts";

/** The part after the @; zfs(8) takes more, which nobody needs. */
export const SnapshotName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, "A snapshot's name has 1 to 63 letters, digits, dots, _ and -.");
export type SnapshotName = z.infer<typeof SnapshotName>;

/** How many snapshots of one jail the panel takes: each holds on to disk space. */
export const MAX_SNAPSHOTS = 50;

export const Snapshot = z.strictObject({
  name: z.string().max(255),
  createdAt: z.string(),
  /** what is freed when it goes */
  usedBytes: z.number(),
  /** what it shows */
  referencedBytes: z.number(),
  /** datasets cloned from it: it can't be removed while they are there */
  clones: z.array(z.string()).max(1000),
});
export type Snapshot = z.infer<typeof Snapshot>;

export const JailSnapshots = z.strictObject({
  /** null: the jail's tree is a plain directory and has no snapshots */
  dataset: z.string().nullable(),
  /** oldest first */
  snapshots: z.array(Snapshot).max(10_000),
});
export type JailSnapshots = z.infer<typeof JailSnapshots>;

const SnapshotRef = z.strictObject({ ...JailRef.shape, snapshot: SnapshotName });

export const SnapshotForm = z.strictObject({ name: JailName, snapshot: SnapshotName });
export type SnapshotForm = z.infer<typeof SnapshotForm>;
export const RollBackForm = z.strictObject({ ...SnapshotForm.shape, discardLater: z.boolean() });
export type RollBackForm = z.infer<typeof RollBackForm>;

export const SNAPSHOT_VERBS = {
  "jail.snapshots": look(JailRef, JailSnapshots),
  "snapshot.take": call(SnapshotRef, JailSnapshots),
  "snapshot.remove": call(SnapshotRef, JailSnapshots),
  /** puts the stopped jail's tree back to what it was; `discardLater` also destroys the snapshots taken since, without it they forbid it */
  "snapshot.rollback": job(z.strictObject({ ...SnapshotRef.shape, discardLater: z.boolean().default(false) })),
} as const satisfies Record<string, Verb>;
