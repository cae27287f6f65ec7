import { z } from "zod";
import { ForeignJailName, HostPath } from "./names.ts";
import { JailRef, job, look, Nothing, type Verb } from "./verb.ts";

/** What one jail may use at most, by rctl(8) on its name; null: no limit. Holds only with kern.racct.enable=1. */
export const Limits = z.strictObject({
  /** rctl memoryuse */
  memoryBytes: z
    .int()
    .min(16 * 1024 ** 2, "Give it at least 16 MB.")
    .max(2 ** 50)
    .nullable()
    .default(null),
  /** rctl maxproc */
  processes: z.int().min(5, "Less than 5 processes do not even start it.").max(99_999).nullable().default(null),
  /** rctl pcpu, percent of one core */
  cpuPercent: z.int().min(1).max(100_000).nullable().default(null),
  /** rctl openfiles */
  openFiles: z.int().min(64, "Less than 64 open files do not even start it.").max(10_000_000).nullable().default(null),
  /** rctl pseudoterminals */
  terminals: z.int().min(0).max(10_000).nullable().default(null),
});
export type Limits = z.infer<typeof Limits>;
export type LimitKind = keyof Limits;

/** What a jail uses of each kind now, as rctl(8) counts it. */
export const LimitUse = z.strictObject({
  memoryBytes: z.number(),
  processes: z.number(),
  cpuPercent: z.number(),
  openFiles: z.number(),
  terminals: z.number(),
});
export type LimitUse = z.infer<typeof LimitUse>;

export const JailLimits = z.strictObject({
  limits: Limits,
  /** null while it does not run or racct is off */
  use: LimitUse.nullable(),
  /** kern.racct.enable: without it no limit holds */
  holds: z.boolean(),
  /** its lines of rctl.conf(5), those of other kinds too */
  file: z.strictObject({ path: HostPath, text: z.string().max(64 * 1024) }),
});
export type JailLimits = z.infer<typeof JailLimits>;

export const LIMIT_VERBS = {
  "jail.limits": look(JailRef, JailLimits),
  /** sets all kinds at once: what is null is not limited */
  "jail.set-limits": job(z.strictObject({ ...JailRef.shape, limits: Limits })),
  /** of every jail that rctl.conf(5) names */
  "limits.list": look(
    Nothing,
    z.strictObject({
      holds: z.boolean(),
      jails: z.array(z.strictObject({ name: ForeignJailName, limits: Limits })).max(10_000),
    }),
  ),
} as const satisfies Record<string, Verb>;
