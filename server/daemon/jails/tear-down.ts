import { KnastError } from "../../contract/errors.ts";
import { type Mount, mountsBelow } from "../conf/mount-table.ts";
import type { RunningJail } from "../conf/jls.ts";
import type { Daemon } from "../daemon.ts";
import { jailArg } from "../host/programs.ts";
import type { StepContext } from "../jobs/step.ts";
import { isWithin } from "./check-place.ts";
import { aliasWords, type SetUp } from "./set-up.ts";

/**
 * @param running from which the mounts of other jails in the same directory, or in one inside of it, are known; this one is down
 * @returns mounts of this jail's own making that are there now, innermost first; mounts that the admin made below it are not
 *   ours, and of a jail whose directory is the host's root none is
 */
export function ownMounts(table: readonly Mount[], setUp: SetUp, running: readonly RunningJail[]): Mount[] {
  if (setUp.path === "" || setUp.path === "/") return [];
  const others = running.filter((one) => !one.dying && isWithin(one.path, setUp.path));
  return mountsBelow(table, setUp.path).filter(
    ({ target }) => setUp.targets.includes(target) && !others.some((one) => isWithin(target, one.path)),
  );
}

/** @returns ownMounts() of a jail that is down, asked anew */
export async function leftMounts(daemon: Daemon, setUp: SetUp): Promise<Mount[]> {
  const [table, running] = await Promise.all([daemon.view.mountsNow(), daemon.view.runningNow()]);
  return ownMounts(table, setUp, running);
}

/**
 * Unmounts what a start of this jail has mounted, innermost first, until the mount table has none of it.
 * The jail may not be running. Throws KnastError still_mounted.
 */
export async function unmountAll(daemon: Daemon, context: StepContext, setUp: SetUp): Promise<void> {
  // A target may be mounted upon more than once: each round takes the top one.
  for (let round = 0; round < 10; round++) {
    const mounts = await leftMounts(daemon, setUp);
    if (mounts.length === 0) return;
    let gone = 0;
    for (const target of new Set(mounts.map((one) => one.target))) {
      context.output(`umount ${target}`);
      let result = await context.run("umount", [target], { deadline: 15_000 });
      if (result.status !== 0) result = await context.run("umount", ["-f", target], { deadline: 15_000 });
      if (result.status === 0) gone++;
    }
    if (gone === 0) break;
  }
  throw new KnastError("still_mounted");
}

/** Takes the jail's addresses from their interfaces, but never one that another running jail has. */
export async function removeAliases(daemon: Daemon, context: StepContext, name: string, setUp: SetUp): Promise<void> {
  const running = await daemon.view.runningNow();
  const others = new Set(running.filter((one) => one.name !== name && !one.dying).flatMap((one) => one.addresses));
  const interfaces = await daemon.view.interfacesNow();
  for (const { address, interface: wire } of setUp.addresses) {
    const there = interfaces.find((one) => one.name === wire)?.addresses.find((one) => one.address === address);
    if (!wire || !there || others.has(address)) continue;
    const { family, bits } = aliasWords(address);
    // A shorter prefix is the host's own address on its network, not an alias that jail(8) made.
    if (there.bits !== bits) continue;
    const args = [wire, family, address, "-alias"];
    context.output(`ifconfig ${args.join(" ")}`);
    await context.run("ifconfig", args, { deadline: 15_000 });
  }
}

/** Destroys what is left on the host of a vnet jail's epair(4); the jail may not be running. */
export async function destroyEpair(daemon: Daemon, context: StepContext, { vnet }: SetUp): Promise<void> {
  for (const end of vnet?.ends ?? []) {
    // Both ends of an epair go at once, so look anew before each.
    if (!(await daemon.view.interfacesNow()).some((one) => one.name === end)) continue;
    context.output(`ifconfig ${end} destroy`);
    await context.run("ifconfig", [end, "destroy"], { deadline: 15_000 });
  }
}

/** jail -R: removes the jail whatever its scripts say. Nothing happens when it is not there. */
export async function removeByForce(daemon: Daemon, context: StepContext, name: string): Promise<void> {
  if (!(await isUp(daemon, name))) return;
  context.output(`jail -R ${name}`);
  await context.run("jail", ["-R", jailArg(name)], { deadline: 20_000 });
}

/** @returns whether jls has it; a dying jail has no processes and comes back under its name when started */
export async function isUp(daemon: Daemon, name: string): Promise<boolean> {
  return (await daemon.view.runningNow()).some((one) => one.name === name && !one.dying);
}

/** The whole way back from a start, wherever it stopped. Throws KnastError stop_failed, still_mounted. */
export async function tearDown(daemon: Daemon, context: StepContext, name: string, setUp: SetUp): Promise<void> {
  await removeByForce(daemon, context, name);
  if (await isUp(daemon, name)) throw new KnastError("stop_failed");
  await unmountAll(daemon, context, setUp);
  await removeAliases(daemon, context, name, setUp);
  await destroyEpair(daemon, context, setUp);
}

/** Two jails with one address, made by hand: stopping one takes it from the other, which gets it back here. */
export async function restoreAliases(daemon: Daemon, context: StepContext, setUp: SetUp): Promise<void> {
  const held = new Set((await daemon.view.runningNow()).filter((one) => !one.dying).flatMap((one) => one.addresses));
  const interfaces = await daemon.view.interfacesNow();
  for (const { address, interface: wire } of setUp.addresses) {
    const there = interfaces.find((one) => one.name === wire)?.addresses.some((one) => one.address === address);
    if (!wire || there || !held.has(address)) continue;
    const { family, bits } = aliasWords(address);
    const args = [wire, family, `${address}/${bits}`, "alias"];
    context.output(`ifconfig ${args.join(" ")}`);
    await context.run("ifconfig", args, { deadline: 15_000 });
  }
}

/** @returns what is not as a start should have left it, as a sentence for the log; null when all of it is there */
export async function missingOf(daemon: Daemon, name: string, setUp: SetUp): Promise<string | null> {
  const [running, table, interfaces] = await Promise.all([
    daemon.view.runningNow(),
    daemon.view.mountsNow(),
    daemon.view.interfacesNow(),
  ]);
  const jail = running.find((one) => one.name === name && !one.dying);
  if (!jail) return "jls does not list the jail";
  for (const target of setUp.targets) {
    const times = table.filter((one) => one.target === target).length;
    if (times !== 1) return `${target} is mounted ${times} times`;
  }
  for (const { address, interface: wire } of setUp.addresses) {
    if (!wire) continue;
    const there = interfaces.find((one) => one.name === wire)?.addresses.some((one) => one.address === address);
    if (!there) return `${address} is not on ${wire}`;
  }
  const { vnet } = setUp;
  if (vnet && !interfaces.some((one) => one.name === vnet.host)) return `the host has no interface ${vnet.host}`;
  if (vnet?.bridge && !interfaces.find((one) => one.name === vnet.bridge)?.members?.includes(vnet.host))
    return `${vnet.host} is no member of ${vnet.bridge}`;
  return null;
}
