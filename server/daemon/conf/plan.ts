import type { JailPlan, JailSpec } from "../../contract/jail.ts";
import { JailName } from "../../contract/names.ts";
import { canonicalAddress } from "../../contract/ip.ts";
import { renderMount } from "./edit-fstab.ts";
import { renderFstab } from "./fstab.ts";
import { renderJailConf } from "./jail-conf.ts";
import { newJailFiles } from "./new-jail-files.ts";
import { fstabFile, type HostPaths, jailConfFile, jailTree, newjailTree, rctlConfFile } from "./paths.ts";
import { rctlRules } from "./rctl-conf.ts";
import { nameOf, type PlanHost, validateJail } from "./validate.ts";
import { chooseUnit, gatewayOf, planVnet, type Vnet, vnetRcConf, wiresOf } from "./vnet.ts";

/** Shown by a plan where jail.create will put a random one. */
export const PLAN_ID = "0".repeat(32);

export type CreateStep = { id: CreateStepId; title: string; command: string | null };
export type CreateStepId =
  | "copy"
  | "account"
  | "keys"
  | "resolv"
  | "rc-conf"
  | "flavour"
  | "mounts"
  | "place"
  | "fstab"
  | "limits"
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
    step(
      "copy",
      `Copy the skeleton ${spec.base.replace(/^basejail/, "newjail")}`,
      `cp -a ${newjailTree(paths, spec.base)} ${scratch}`,
    ),
    step("account", "Add the account admin", `pwd_mkdb -p -d ${scratch}/etc ${scratch}/etc/master.passwd`),
    spec.sshKeys.length > 0 && step("keys", "Write /home/admin/.ssh/authorized_keys"),
    step("resolv", "Write /etc/resolv.conf"),
    step("rc-conf", "Write /etc/rc.conf"),
    spec.flavour !== null && step("flavour", `Lay the flavour ${spec.flavour} over it`),
    spec.mounts.length > 0 && step("mounts", "Make the directories to mount upon", mkdirCommand(spec, scratch)),
    step("place", `Move the tree to ${jailTree(paths, name)}`, `mv ${scratch} ${jailTree(paths, name)}`),
    step("fstab", `Write ${fstabFile(paths, name)}`),
    isLimited(spec) && step("limits", `Write its limits to ${rctlConfFile(paths)}`),
    step("include", `Let ${paths.etc}/jail.conf include ${paths.etc}/jail.conf.d`),
    step("config", `Write ${jailConfFile(paths, name)}`),
    spec.autostart
      ? step("autostart", "Let it start at boot", `sysrc -f ${paths.etc}/rc.conf jail_enable=YES`)
      : step("autostart", "Keep it from starting at boot"),
  ];
  return steps.filter((one) => one !== false);
}

const renderMounts = (spec: JailSpec, paths: HostPaths): string =>
  spec.mounts.map((mount) => renderMount(mount, jailTree(paths, nameOf(spec)))).join("");

const mkdirCommand = ({ mounts }: JailSpec, tree: string): string =>
  `mkdir -p ${mounts.map(({ target }) => tree + target).join(" ")}`;

/** @returns whether a jail gets lines in rctl.conf(5) */
export const isLimited = ({ limits }: Pick<JailSpec, "limits">): boolean =>
  Object.values(limits).some((limit) => limit !== null);

/** @returns the spec with canonical addresses: what goes into the config */
export function normalizeSpec(spec: JailSpec): JailSpec {
  const canonical = (address: string): string => canonicalAddress(address) ?? address;
  return { ...spec, ip4: spec.ip4.map(canonical), ip6: spec.ip6.map(canonical) };
}

/** @returns the network of a jail with a stack of its own and what goes into its rc.conf(5) for it; null for a jail without one */
export function vnetOf(spec: JailSpec, host: PlanHost, id: string): { vnet: Vnet; rcConf: string[] } | null {
  if (spec.network !== "vnet") return null;
  const vnet = planVnet(spec, host, chooseUnit(id, host.units));
  const gateway = (six: boolean) => gatewayOf(vnet, host.pools, wiresOf(vnet.bridge, host.interfaces), six);
  return { vnet, rcConf: vnetRcConf(vnet, { ip4: gateway(false), ip6: gateway(true) }) };
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
    const files = { config: nowhere(`${etc}/jail.conf.d`), fstab: nowhere(`${etc}/fstab`), files: [], limits: null };
    return { name, ...files, steps: [], problems };
  }
  // What can't be rendered is left out: an address with a problem must not look as if it were going to be used.
  const wrong = new Set(problems.map((one) => one.field));
  const fit = (family: "ip4" | "ip6") => spec[family].filter((_, i) => !wrong.has(`${family}.${i}`));
  const addresses = { ip4: fit("ip4"), ip6: fit("ip6") };
  const network = vnetOf({ ...spec, ...addresses }, host, id);
  const config = renderJailConf({
    name,
    id,
    hostname: spec.hostname,
    interface: spec.interface,
    ...addresses,
    vnet: network?.vnet ?? null,
    switches: spec.switches,
    paths: host.paths,
  });
  return {
    name,
    config: { path: jailConfFile(host.paths, name), text: config },
    fstab: {
      path: fstabFile(host.paths, name),
      text: renderFstab(host.paths, name, spec.base) + renderMounts(spec, host.paths),
    },
    files: newJailFiles(spec, host.flavour ?? null, host.nameservers, network?.rcConf).map((file) => ({
      ...file,
      path: jailTree(host.paths, name) + file.path,
    })),
    limits: isLimited(spec)
      ? {
          path: rctlConfFile(host.paths),
          text: rctlRules(name, spec.limits)
            .map((rule) => `${rule}\n`)
            .join(""),
        }
      : null,
    steps: createSteps(spec, host.paths).map(({ title, command }) => ({ title, command })),
    problems,
  };
}
