import type { CheckUp } from "../../contract/check-up.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";
import { env } from "../env.ts";
import { judgePanel } from "./judge-panel.ts";

/** What the daemon finds on the host, and what the panel knows of itself. Admin only; changes nothing. */
export async function checkUp(ctx: Ctx): Promise<CheckUp> {
  assertAdmin(ctx);
  const actor = { actor: ctx.actor.name };
  const [found, list] = await Promise.all([call("host.check-up", {}, actor), call("jail.list", {}, actor)]);
  const { host, port, origin } = env();
  const own = judgePanel({ host, port, origin: origin ?? ctx.origin }, list.jails);
  const rank = ["bad", "warn", "note", "ok"];
  const findings = [...found.findings, own].toSorted((a, b) => rank.indexOf(a.level) - rank.indexOf(b.level));
  return { ...found, findings: findings.slice(0, 500) };
}
