import { z } from "zod";
import { AccountName, JailName } from "./names.ts";
import { Schedule } from "./schedule.ts";
import { call, JailRef, look, type Verb } from "./verb.ts";

/** Archives that are made by themselves: when, and how many of those are kept. Archives made by hand don't count and stay. */
export const ArchivePlan = z.strictObject({
  schedule: Schedule,
  keep: z.int().min(1, "Keep one at least.").max(30, "Keep 30 at most: they lie on the host's own disk."),
});
export type ArchivePlan = z.infer<typeof ArchivePlan>;

const Planned = z.strictObject({ plan: ArchivePlan.nullable() });

export const ArchivePlanForm = z.strictObject({ name: JailName, plan: ArchivePlan.nullable() });
export type ArchivePlanForm = z.infer<typeof ArchivePlanForm>;

export const ARCHIVE_PLAN_VERBS = {
  "jail.archive-plan": look(JailRef, Planned),
  /** null ends it; the archives that were made stay */
  "jail.plan-archives": call(
    z.strictObject({ ...JailRef.shape, ...Planned.shape, owners: z.array(AccountName).max(100).default([]) }),
    Planned,
  ),
} as const satisfies Record<string, Verb>;
