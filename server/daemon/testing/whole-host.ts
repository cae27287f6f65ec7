import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseFstab } from "../conf/fstab.ts";
import { parseIfconfig } from "../conf/ifconfig.ts";
import { parseMountTable } from "../conf/mount-table.ts";
import type { TestHost } from "./dev-host.ts";

const names = (path: string) => (existsSync(path) ? readdirSync(path) : []);

/**
 * What belongs to no jail, or is there only in part, on a host on which nobody is at work: mounts, addresses, interfaces, rctl
 * rules, config, fstab, trees, rc.conf's list, temporary files, scratch, intents, jobs that never end.
 * @returns a sentence for each; [] on a host that is whole
 */
export async function orphans(host: TestHost): Promise<string[]> {
  const { jails: root, etc, pool } = host.host;
  const [{ jails }, table, interfaces, rules] = await Promise.all([
    host.client.call("jail.list", {}),
    host.printed("mount", ["-p"]),
    host.printed("ifconfig", ["-a"]),
    host.printed("rctl", []),
  ]);
  const known = new Map(jails.map((jail) => [jail.name, jail]));
  const running = jails.filter((jail) => jail.state === "running");
  const { jobs } = await host.client.call("job.list", {});
  const found = [
    ...host.scratch(),
    ...jobs.filter((job) => job.state === "running").map((job) => `${job.verb} is at work for ever`),
    ...jails
      .filter((jail) => !["running", "stopped"].includes(jail.state))
      .map((jail) => `${jail.name} is ${jail.state}: ${jail.problem}`),
    ...mounts(host, table, new Map(running.map((jail) => [jail.path, jail.name]))),
  ];
  const network = pool.slice(0, pool.lastIndexOf(".") + 1);
  const used = new Set(running.flatMap((jail) => jail.addresses));
  const hostAddress = `${network}1`;
  for (const address of parseIfconfig(interfaces).flatMap((one) => one.addresses.map((it) => it.address)))
    if (address.startsWith(network) && address !== hostAddress && !used.has(address)) found.push(`alias ${address}`);
  for (const line of rules.split("\n").filter(Boolean)) {
    const [, name] = /^jail:([^:]+):/.exec(line) ?? [];
    if (!running.some((jail) => jail.name === name)) found.push(`rctl ${line}`);
  }
  for (const file of names(join(etc, "jail.conf.d"))) {
    if (!file.endsWith(".conf")) found.push(`jail.conf.d/${file}`);
    else if (!known.has(file.slice(0, -5))) found.push(`jail.conf.d/${file} without a jail`);
  }
  for (const file of names(etc)) {
    if (file.startsWith("fstab.") && !known.has(file.slice(6))) found.push(`${file} without a jail`);
    if (file.endsWith(".tmp")) found.push(file);
  }
  const { sets } = await host.client.call("host.sets", {});
  const kept = new Set(sets.flatMap(({ set, panel }) => [`host-${set}.knast.json`, panel && `host-${set}.knast.db`]));
  for (const name of names(join(root, ".archives")))
    if (!name.endsWith(".knast.tar") && !kept.has(name)) found.push(`.archives/${name}`);
  for (const name of names(root))
    if (name !== "flavours" && /^[a-z]/.test(name) && !/^(base|new)jail(-|$)/.test(name) && !known.has(name))
      found.push(`tree ${name}`);
  const list = /^jail_list="?([^"\n]*)"?/m.exec(readFileSync(join(etc, "rc.conf"), "utf8"))?.[1] ?? "";
  // A list of nobody at all would mean everybody (rc-list.ts).
  for (const name of list.split(/\s+/).filter(Boolean))
    if (!known.has(name) && !["none", "no"].includes(name)) found.push(`jail_list names ${name}`);
  return found;
}

/** What is mounted where no jail runs, twice, or not at all though the fstab of a running jail says so. */
function mounts(host: TestHost, mounted: string, running: Map<string, string>): string[] {
  const root = host.host.jails;
  const table = parseMountTable(mounted)
    // A tree that is a ZFS file system is mounted whether its jail runs or not.
    .filter((one) => one.type !== "zfs")
    .map((one) => one.target);
  const below = table.filter((target) => target.startsWith(`${root}/`));
  const found = below.filter((target, i) => below.indexOf(target) !== i).map((target) => `mounted twice: ${target}`);
  for (const target of below)
    if (![...running.keys()].some((path) => target.startsWith(`${path}/`))) found.push(`mounted: ${target}`);
  for (const name of running.values()) {
    const fstab = join(host.host.etc, `fstab.${name}`);
    const wanted = existsSync(fstab) ? parseFstab(readFileSync(fstab, "utf8")).map((line) => line.target) : [];
    for (const target of wanted) if (!table.includes(target)) found.push(`not mounted: ${target}`);
  }
  return found;
}
