import { KnastError } from "../../contract/errors.ts";
import type { Limits } from "../../contract/limits.ts";
import { rctlConfFile } from "../conf/paths.ts";
import { editLimits, NO_LIMITS, readLimits, rctlRules, removeJail, rulesOf } from "../conf/rctl-conf.ts";
import type { Daemon } from "../daemon.ts";
import { look, readText, writeAtomic } from "../host/disk.ts";
import { jailArg } from "../host/programs.ts";
import type { StepContext } from "../jobs/step.ts";

const DEADLINE = 15_000;
/** Some thousand jails with five lines each. */
const MAX_FILE = 4 * 1024 * 1024;

/** Said whenever limits are written that nothing enforces. */
export const NOT_HELD =
  "The limits are written, but do not hold: kern.racct.enable=0. Add kern.racct.enable=1 to /boot/loader.conf and reboot.";

/** @returns rctl.conf(5), "" when there is none */
export async function readRctlConf(daemon: Daemon): Promise<string> {
  return (await readText(rctlConfFile(daemon.paths), MAX_FILE)) ?? "";
}

/** @returns whether the kernel counts and limits at all; off too where it was built without RACCT, unknown when sysctl(8) fails */
export async function racct(daemon: Daemon): Promise<"on" | "off" | "unknown"> {
  const result = await daemon.run("sysctl", ["-n", "kern.racct.enable"], { deadline: DEADLINE }).catch(() => null);
  if (result?.status === 0) return ({ "1": "on", "0": "off" } as const)[result.stdout.trim()] ?? "unknown";
  return /unknown oid/.test(result?.stderr ?? "") ? "off" : "unknown";
}

/** Writes a jail's lines of rctl.conf(5) and lets rc.d/rctl load the file at boot. Throws KnastError disk_full, internal. */
export function writeLimits(daemon: Daemon, context: StepContext, name: string, limits: Limits): Promise<void> {
  return daemon.edits.run(async () => {
    await change(daemon, (text) => editLimits(text, jailArg(name), limits));
    if (rctlRules(name, limits).length > 0) await enableAtBoot(daemon, context);
  });
}

/** Takes every rule of a jail that is gone out of rctl.conf(5). */
export const forgetLimits = (daemon: Daemon, name: string): Promise<void> =>
  daemon.edits.run(() => change(daemon, (text) => removeJail(text, jailArg(name))));

async function change(daemon: Daemon, edit: (text: string) => string): Promise<void> {
  const path = rctlConfFile(daemon.paths);
  const text = await readRctlConf(daemon);
  const changed = edit(text);
  if (changed !== text) await writeAtomic(path, changed, { mode: (await look(path))?.mode ?? 0o644 });
}

async function enableAtBoot(daemon: Daemon, context: StepContext): Promise<void> {
  const file = `${daemon.paths.etc}/rc.conf`;
  const now = await context.run("sysrc", ["-f", file, "-n", "rctl_enable"], { deadline: DEADLINE, log: false });
  if (now.status === 0 && /^(yes|true|on|1)$/i.test(now.stdout.trim())) return;
  context.output(`sysrc -f ${file} rctl_enable=YES`);
  const result = await context.run("sysrc", ["-f", file, "rctl_enable=YES"], { deadline: DEADLINE });
  if (result.status === 0) return;
  const full = /No space left on device/.test(result.stderr);
  throw new KnastError(full ? "disk_full" : "internal", { cause: result.stderr.slice(0, 500) });
}

/**
 * Gives the kernel a jail's rules, those that somebody wrote by hand too; rules hang on the name, so what an earlier jail left
 * goes first. Without RACCT it says so and does nothing. Throws KnastError limits_unknown when there are rules and nobody can say whether the
 * kernel holds them, internal when the kernel refuses one of ours.
 */
export async function applyLimits(daemon: Daemon, context: StepContext, name: string): Promise<void> {
  const text = await readRctlConf(daemon);
  const rules = rulesOf(text, jailArg(name));
  const counts = await racct(daemon);
  if (counts === "off") return rules.length > 0 ? context.output(NOT_HELD) : undefined;
  if (counts === "unknown" && rules.length > 0) throw new KnastError("limits_unknown");
  await dropRules(context, name);
  const ours = rctlRules(name, readLimits(text).get(name) ?? NO_LIMITS);
  const byHand = rules.filter((one) => !ours.includes(one));
  if (ours.length > 0) {
    context.output(`rctl -a ${ours.join(" ")}`);
    const result = await context.run("rctl", ["-a", ...ours], { deadline: DEADLINE });
    if (result.status !== 0)
      throw new KnastError("internal", {
        message: "The jail's limits could not be set, so it is not started without them.",
        cause: result.stderr.slice(0, 500),
      });
  }
  for (const rule of byHand) {
    context.output(`rctl -a ${rule}`);
    await context.run("rctl", ["-a", rule], { deadline: DEADLINE });
  }
}

/** Takes a jail's rules from the kernel; there may be none. */
export async function removeLimits(daemon: Daemon, context: StepContext, name: string): Promise<void> {
  if ((await racct(daemon)) !== "off") await dropRules(context, name);
}

/** Status 1 says that there were none. */
async function dropRules(context: StepContext, name: string): Promise<void> {
  await context.run("rctl", ["-r", `jail:${jailArg(name)}`], { deadline: DEADLINE, log: false });
}
