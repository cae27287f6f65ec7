import type { JailRef } from "../../contract/daemon.ts";
import { KnastError } from "../../contract/errors.ts";
import type { JailLimits, Limits, LimitUse } from "../../contract/limits.ts";
import { rctlConfFile } from "../conf/paths.ts";
import { linesFor, NO_LIMITS, parseUse, readLimits } from "../conf/rctl-conf.ts";
import type { Daemon } from "../daemon.ts";
import { jailArg } from "../host/programs.ts";
import { findJail } from "../jails/find-jail.ts";
import { isUp } from "../jails/tear-down.ts";
import { racct, readRctlConf } from "./rules.ts";

/** jail.limits: what a jail may use, what it uses, and whether the kernel holds it to that. Throws KnastError not_found, foreign. */
export async function showLimits(daemon: Daemon, ref: JailRef): Promise<JailLimits> {
  const { name } = await findJail(daemon, ref);
  const [text, counts, up] = await Promise.all([readRctlConf(daemon), racct(daemon), isUp(daemon, name)]);
  const holds = counts === "on";
  return {
    limits: readLimits(text).get(name) ?? NO_LIMITS,
    use: holds && up ? await readUse(daemon, name) : null,
    holds,
    file: { path: rctlConfFile(daemon.paths), text: linesFor(text, name).slice(0, 64 * 1024) },
  };
}

async function readUse(daemon: Daemon, name: string): Promise<LimitUse | null> {
  const result = await daemon.run("rctl", ["-u", `jail:${jailArg(name)}`], { deadline: 15_000 });
  if (result.timedOut) throw new KnastError("timed_out", { cause: "rctl" });
  return result.status === 0 ? parseUse(result.stdout) : null;
}

/** limits.list: the limits of every jail that rctl.conf(5) names. */
export async function listLimits(
  daemon: Daemon,
): Promise<{ holds: boolean; jails: { name: string; limits: Limits }[] }> {
  const [text, counts] = await Promise.all([readRctlConf(daemon), racct(daemon)]);
  const jails = [...readLimits(text)].map(([name, limits]) => ({ name: name.slice(0, 255), limits }));
  return { holds: counts === "on", jails: jails.slice(0, 10_000) };
}
