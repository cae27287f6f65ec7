import { z } from "zod";
import { look, Nothing, type Verb } from "./verb.ts";

/** bad: mend it now. warn: it will hurt some day. note: worth knowing. ok: looked at, and fine. */
export const FindingLevel = z.enum(["bad", "warn", "note", "ok"]);
export type FindingLevel = z.infer<typeof FindingLevel>;

/** One thing that the check-up has found; it shows and explains, and the admin mends it himself. */
export const Finding = z.strictObject({
  /** the same for the same thing, so that two check-ups can be compared: listener.tcp4.22 */
  id: z.string().max(300),
  level: FindingLevel,
  title: z.string().max(300),
  /** what it means and why it matters */
  means: z.string().max(1000),
  /** lines for root's shell that mend it, in their order; [] when there is nothing to mend */
  commands: z.array(z.string().max(4096)).max(40),
  /** lines of the tools or files that it was seen in */
  evidence: z.array(z.string().max(500)).max(20),
});
export type Finding = z.infer<typeof Finding>;

export const CheckUp = z.strictObject({
  /** worst first */
  findings: z.array(Finding).max(500),
  /** ISO 8601 */
  at: z.string(),
  milliseconds: z.number(),
});
export type CheckUp = z.infer<typeof CheckUp>;

export const CHECK_UP_VERBS = {
  "host.check-up": look(Nothing, CheckUp),
} as const satisfies Record<string, Verb>;

/** @returns how many findings want mending; a note does not */
export const countTrouble = ({ findings }: Pick<CheckUp, "findings">): number =>
  findings.filter((one) => one.level === "bad" || one.level === "warn").length;
