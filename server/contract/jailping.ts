import { z } from "zod";
import { Address } from "./addresses.ts";
import { call, look, Nothing, type Verb } from "./verb.ts";

/** Row 17: a jail has no raw sockets, so the host pings for it when asked by finger(1), `finger HOST@ADDRESS`. */
export const JailpingInfo = z.strictObject({
  /** the host's address at which it answers; null: off */
  address: Address.nullable(),
  /** addresses of the host that may be chosen */
  choices: z.array(Address).max(1000),
  listening: z.boolean(),
  /** one sentence when it is on and does not listen */
  problem: z.string().max(300).nullable(),
});
export type JailpingInfo = z.infer<typeof JailpingInfo>;

export const JAILPING_VERBS = {
  "jailping.info": look(Nothing, JailpingInfo),
  "jailping.configure": call(z.strictObject({ address: Address.nullable() }), JailpingInfo),
} as const satisfies Record<string, Verb>;
