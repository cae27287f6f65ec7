import { canonicalAddress } from "../../contract/ip.ts";
import type { Problem } from "../../contract/errors.ts";
import type { Settings } from "../../contract/settings.ts";
import { addressProblem, type PlanHost } from "./validate.ts";

/** The jail that is changed, as it is now, and whom the jails of its config wait for. */
export type Subject = {
  name: string;
  before: Settings;
  vnet: boolean;
  addresses: readonly string[];
  depends: ReadonlyMap<string, string[]>;
};

const invalid = (field: string, message: string): Problem => ({ field, code: "invalid", message });

/** @returns what is wrong with wished settings, each at its field; what stays as it is gives no problem */
export function settingsProblems(wish: Settings, subject: Subject, host: PlanHost): Problem[] {
  const { name, before } = subject;
  const others = { ...host, ...withoutOwn(subject, host) };
  const jails = [...others.configured, ...others.running];
  const problems: Problem[] = [];
  if (wish.hostname !== before.hostname && wish.hostname !== null) {
    const same = jails.find((jail) => jail.hostname.toLowerCase() === wish.hostname);
    if (same)
      problems.push({
        field: "hostname",
        code: "exists",
        message: `The jail ${same.name} has this host name already.`,
      });
  }
  if (wish.devfsRuleset === 5 && before.devfsRuleset !== 5 && !subject.vnet) {
    const message = "Ruleset 5 shows /dev/pf: without a network stack of the jail's own that is the host's firewall.";
    problems.push(invalid("devfsRuleset", message));
  }
  if (wish.network && !before.network)
    problems.push(invalid("network", "The addresses of this jail can only be changed in its file."));
  if (wish.network && before.network) problems.push(...networkProblems(wish.network, subject, others));
  for (const [i, needed] of (wish.depend ?? []).entries()) {
    if (before.depend?.includes(needed)) continue;
    const field = `depend.${i}`;
    if (needed === name) problems.push(invalid(field, "A jail can't wait for itself."));
    else if (!host.configured.some((jail) => jail.name === needed))
      problems.push({ field, code: "not_found", message: `There is no jail ${needed}.` });
    else if (waitsFor(needed, name, subject.depends))
      problems.push(invalid(field, `${needed} waits for ${name} itself: neither would start.`));
  }
  return problems;
}

function networkProblems(network: NonNullable<Settings["network"]>, subject: Subject, host: PlanHost): Problem[] {
  const problems: Problem[] = [];
  const kept = network.interface === subject.before.network?.interface;
  if (!kept && !host.interfaces.some((one) => one.name === network.interface)) {
    const message = `The host has no interface ${network.interface}.`;
    problems.push({ field: "interface", code: "interface_missing", message });
  }
  if (network.ip4.length + network.ip6.length === 0)
    problems.push(invalid("ip4", "Give the jail at least one address."));
  const seen = new Set<string>();
  for (const family of ["ip4", "ip6"] as const)
    for (const [i, text] of network[family].entries()) {
      const address = canonicalAddress(text) ?? text;
      const field = `${family}.${i}`;
      if (seen.has(address)) problems.push(invalid(field, "This address stands here twice."));
      else if (!kept || !subject.addresses.includes(address))
        problems.push(
          ...addressProblem(field, address, [network.interface], host, [...host.configured, ...host.running]),
        );
      seen.add(address);
    }
  return problems;
}

/** Its own name, host name and addresses stand in nobody's way, nor do the aliases that it has while it runs. */
function withoutOwn(
  { name, addresses }: Subject,
  host: PlanHost,
): Pick<PlanHost, "configured" | "running" | "interfaces"> {
  return {
    configured: host.configured.filter((jail) => jail.name !== name),
    running: host.running.filter((jail) => jail.name !== name),
    interfaces: host.interfaces.map((one) => ({
      ...one,
      addresses: one.addresses.filter((it) => !addresses.includes(it.address)),
    })),
  };
}

function waitsFor(from: string, target: string, depends: ReadonlyMap<string, string[]>): boolean {
  const seen = new Set<string>();
  const open = [from];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (name === target) return true;
    if (seen.has(name)) continue;
    seen.add(name);
    open.push(...(depends.get(name) ?? []));
  }
  return false;
}
