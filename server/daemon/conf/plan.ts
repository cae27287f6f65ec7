import type { JailPlan, JailSpec } from "../../contract/jail.ts";
import { JailName } from "../../contract/names.ts";
import { canonicalAddress } from "../../contract/ip.ts";
import { renderFstab } from "./fstab.ts";
import { renderJailConf } from "./jail-conf.ts";
import { fstabFile, type HostPaths, jailConfFile, jailTree, newjailTree } from "./paths.ts";
import { nameOf, type PlanHost, validateJail } from "./validate.ts";

/** Shown by a plan where jail.create will put a random one. */
export const PLAN_ID = "0".repeat(32);

export type CreateStep = { id: CreateStepId; title: string; command: string | null };
export type CreateStepId =
  | "copy"
  | "account"
  | "keys"
  | "resolv"
  | "rc-conf"
  | "place"
  | "fstab"
  | "include"
  | "config"
  | "autostart";

/**
 * Row 9 of the system, in the order in which jail.create does it. Everything in the tree comes before `place`, as the host
 * opens no path in a tree that may have run; `config` is the point from which on the jail exists.
 * @param scratch directory in JAILS/.new, shown in the commands
 */
export function createSteps(
  spec: JailSpec,
  paths: HostPaths,
  scratch = `${paths.jails}/.new/${PLAN_ID}`,
): CreateStep[] {
  const name = nameOf(spec);
  const step = (id: CreateStepId, title: string, command: string | null = null): CreateStep => ({ id, title, command });
  const steps = [
    step("copy", "Copy the skeleton newjail", `cp -a ${newjailTree(paths)} ${scratch}`),
    step("account", "Add the account admin", `pwd_mkdb -p -d ${scratch}/etc ${scratch}/etc/master.passwd`),
    spec.sshKeys.length > 0 && step("keys", "Write /home/admin/.ssh/authorized_keys"),
    step("resolv", "Write /etc/resolv.conf"),
    step("rc-conf", "Write /etc/rc.conf"),
    step("place", `Move the tree to ${jailTree(paths, name)}`, `mv ${scratch} ${jailTree(paths, name)}`),
    step("fstab", `Write ${fstabFile(paths, name)}`),
    step("include", `Let ${paths.etc}/jail.conf include ${paths.etc}/jail.conf.d`),
    step("config", `Write ${jailConfFile(paths, name)}`),
    spec.autostart
      ? step("autostart", "Let it start at boot", `sysrc -f ${paths.etc}/rc.conf jail_enable=YES`)
      : step("autostart", "Keep it from starting at boot"),
  ];
  return steps.filter((one) => one !== false);
}

/** @returns the spec with canonical addresses: what goes into the config */
export function normalizeSpec(spec: JailSpec): JailSpec {
  const canonical = (address: string): string => canonicalAddress(address) ?? address;
  return { ...spec, ip4: spec.ip4.map(canonical), ip6: spec.ip6.map(canonical) };
}

/**
 * The two files as jail.create will write them, its steps, and what is wrong; does nothing.
 * @param id the $knast_id of the config; a plan has no jail yet and shows zeros
 */
export function planJail(input: JailSpec, host: PlanHost, id = PLAN_ID): JailPlan {
  const spec = normalizeSpec(input);
  const problems = validateJail(spec, host);
  const name = nameOf(spec);
  if (!JailName.safeParse(name).success) {
    const nowhere = (path: string) => ({ path, text: "" });
    const { etc } = host.paths;
    return { name, config: nowhere(`${etc}/jail.conf.d`), fstab: nowhere(`${etc}/fstab`), steps: [], problems };
  }
  // What can't be rendered is left out: an address with a problem must not look as if it were going to be used.
  const wrong = new Set(problems.map((one) => one.field));
  const config = renderJailConf({
    name,
    id,
    hostname: spec.hostname,
    interface: spec.interface,
    ip4: spec.ip4.filter((_, i) => !wrong.has(`ip4.${i}`)),
    ip6: spec.ip6.filter((_, i) => !wrong.has(`ip6.${i}`)),
    switches: spec.switches,
    paths: host.paths,
  });
  return {
    name,
    config: { path: jailConfFile(host.paths, name), text: config },
    fstab: { path: fstabFile(host.paths, name), text: renderFstab(host.paths, name) },
    steps: createSteps(spec, host.paths).map(({ title, command }) => ({ title, command })),
    problems,
  };
}
