import { KnastError } from "../../contract/errors.ts";
import type { Daemon } from "../daemon.ts";
import { look } from "../host/disk.ts";
import { checkPlace } from "./check-place.ts";
import { outputOf } from "./host-view.ts";
import { readVnet } from "../conf/vnet.ts";
import { runningWithVnet } from "./known-jails.ts";
import { aliasWords, type SetUp } from "./set-up.ts";

/**
 * What must be so before jail(8) may touch anything for a jail.
 * @throws KnastError broken, base_missing, devfs_rules_missing, address_taken, interface_missing, already_running
 */
export async function checkStart(daemon: Daemon, name: string, setUp: SetUp): Promise<void> {
  await checkPlace(daemon, name, setUp.path);
  await checkTree(daemon, setUp);
  await checkDevfs(daemon, setUp);
  await checkAddresses(daemon, name, setUp);
}

/** The jail's tree and each directory on which something will be mounted: real directories all the way, links are refused. */
async function checkTree(daemon: Daemon, setUp: SetUp): Promise<void> {
  const { jails } = daemon.paths;
  const root = await look(jails);
  if (root?.kind !== "directory" || (root.mode & 0o077) !== 0)
    throw new KnastError("broken", { message: `${jails} must be a directory that only root may enter (mode 0700).` });
  if (!setUp.path.startsWith("/") || (await look(setUp.path))?.kind !== "directory")
    throw new KnastError("broken", { message: "The jail's directory is missing." });
  for (const target of setUp.targets) {
    if (!target.startsWith(`${setUp.path}/`)) {
      const message = "This jail's config mounts something outside of the jail's own directory.";
      throw new KnastError("broken", { message });
    }
    // dev/fd comes into being with the devfs that is mounted before it.
    if (setUp.targets.some((other) => other !== target && target.startsWith(`${other}/`))) continue;
    let path = setUp.path;
    for (const part of target.slice(path.length + 1).split("/")) {
      path = `${path}/${part}`;
      const found = part === "." || part === ".." ? null : await look(path);
      if (found?.kind === "directory") continue;
      const what = found?.kind === "link" ? "is a symbolic link" : "is missing";
      const where = path.slice(setUp.path.length);
      throw new KnastError("broken", {
        message: `In the jail, ${where} ${what}, but something is to be mounted there.`,
      });
    }
  }
  if (!setUp.base?.startsWith(`${jails}/`)) return;
  if ((await look(setUp.base))?.kind !== "directory")
    throw new KnastError("base_missing", {
      message: `There is no base ${setUp.base}. Install it first.`.slice(0, 500),
    });
}

/** security H1: with an empty ruleset a devfs shows every device of the host. */
async function checkDevfs(daemon: Daemon, setUp: SetUp): Promise<void> {
  if (setUp.devfsRuleset === null) return;
  if (!Number.isInteger(setUp.devfsRuleset) || setUp.devfsRuleset < 1) throw new KnastError("devfs_rules_missing");
  const result = await daemon.run("devfs", ["rule", "-s", String(setUp.devfsRuleset), "show"], { deadline: 15_000 });
  if (outputOf("devfs", result).trim() === "") throw new KnastError("devfs_rules_missing");
}

/** security F8: two jails may be started with one address, and the first stop takes it from both. */
async function checkAddresses(daemon: Daemon, name: string, setUp: SetUp): Promise<void> {
  const [running, interfaces, configured] = await Promise.all([
    runningWithVnet(daemon),
    daemon.view.interfacesNow(),
    daemon.view.configured(),
  ]);
  if (running.some((one) => one.name === name && !one.dying)) throw new KnastError("already_running");
  const { vnet } = setUp;
  if (vnet?.bridge && !interfaces.some((one) => one.name === vnet.bridge))
    throw new KnastError("interface_missing", { message: `The host has no bridge ${vnet.bridge}.` });
  const isVnet = configured.some((one) => one.name === name && readVnet(one.params) !== null);
  for (const { address, interface: wire } of setUp.addresses) {
    const owner = running.find((one) => one.name !== name && !one.dying && one.addresses.includes(address));
    if (owner)
      throw new KnastError("address_taken", { message: `The running jail ${owner.name} has the address ${address}.` });
    const host = isVnet && interfaces.find((one) => one.addresses.some((it) => it.address === address));
    if (host)
      throw new KnastError("address_taken", { message: `The host itself has the address ${address} on ${host.name}.` });
    if (!wire) continue;
    if (!interfaces.some((one) => one.name === wire))
      throw new KnastError("interface_missing", { message: `The host has no interface ${wire}.` });
    const { bits } = aliasWords(address);
    const own = interfaces.find((one) =>
      one.addresses.some((it) => it.address === address && (one.name !== wire || it.bits !== bits)),
    );
    if (own)
      throw new KnastError("address_taken", { message: `The host itself has the address ${address} on ${own.name}.` });
  }
}
