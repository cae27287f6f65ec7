import { z } from "zod";
import { ForeignJailName, JailId } from "./names.ts";
import { call, job, look, Nothing, type Verb } from "./verb.ts";

const Digest = z.string().regex(/^[0-9a-f]{64}$/);

/** What rc.conf(5) says of boot, and in which order jails come up: jail_enable, jail_list, jail_reverse_stop, jail_parallel_start, depend. */
export const HostOrder = z.strictObject({
  enabled: z.boolean(),
  /** null: jail_list is not set, all configured jails start in the order of their files */
  list: z.array(ForeignJailName).max(10_000).nullable(),
  reverseStop: z.boolean(),
  parallelStart: z.boolean(),
  jails: z
    .array(
      z.strictObject({
        name: ForeignJailName,
        /** null: not ours; it is neither started nor stopped from here */
        id: JailId.nullable(),
        running: z.boolean(),
        atBoot: z.boolean(),
        depend: z.array(ForeignJailName).max(100),
        /** of them, those that no config knows */
        absent: z.array(ForeignJailName).max(100),
      }),
    )
    .max(10_000),
  /** jails that start at boot, with what they depend on: those of one row can start at once, when the rows before it run */
  rows: z.array(z.array(ForeignJailName)).max(10_000),
  /** jails that wait for each other and so never start */
  cycles: z.array(z.array(ForeignJailName)).max(100),
  /** over list and the two switches as they are now */
  digest: Digest,
});
export type HostOrder = z.infer<typeof HostOrder>;

/** `list` has the names of jail_list as it is, or of all configured jails where it is not set, in another order. */
export const SetOrder = z.strictObject({
  list: z.array(ForeignJailName).max(10_000),
  reverseStop: z.boolean(),
  parallelStart: z.boolean(),
  digest: Digest,
});
export type SetOrder = z.infer<typeof SetOrder>;

export const ORDER_VERBS = {
  "host.order": look(Nothing, HostOrder),
  "host.set-order": call(SetOrder, HostOrder),
  /** all that start at boot, with what they depend on; independent ones at the same time */
  "host.start-all": job(Nothing),
  /** all that run and have a config of their own; those that others depend on last */
  "host.stop-all": job(Nothing),
} as const satisfies Record<string, Verb>;
