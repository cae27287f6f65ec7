import { join } from "node:path";
import { z } from "zod";
import { Address } from "../../contract/addresses.ts";
import { KnastError } from "../../contract/errors.ts";
import { canonicalAddress } from "../../contract/ip.ts";
import type { JailpingInfo } from "../../contract/jailping.ts";
import { mayPing } from "../conf/jailping.ts";
import type { Daemon } from "../daemon.ts";
import { readText, writeAtomic } from "../host/disk.ts";
import { holdBases } from "../base/base-users.ts";
import { layIntoSkeletons, skeletonsOf } from "./lay.ts";

const Kept = z.strictObject({ address: Address.nullable() });
const pathOf = (daemon: Daemon) => join(daemon.options.state, "jailping.json");

/** @returns the host's address at which jails are answered; null: off, as it is until somebody switches it on */
export async function readJailping(daemon: Daemon): Promise<string | null> {
  const text = await readText(pathOf(daemon));
  return text === null ? null : Kept.parse(JSON.parse(text)).address;
}

/** The host's own addresses, without those of jails and without loopback. */
async function choices(daemon: Daemon): Promise<string[]> {
  const [interfaces, running, configured] = await Promise.all([
    daemon.view.interfacesNow(),
    daemon.view.runningNow(),
    daemon.view.configuredNow(),
  ]);
  const jails = new Set([...running, ...configured].flatMap((one) => one.addresses));
  const own = interfaces.flatMap((one) => one.addresses.map((it) => it.address));
  return [...new Set(own)].filter((one) => !jails.has(one) && mayPing(one, interfaces)).slice(0, 1000);
}

/** jailping.info: whether the host pings for its jails, and where it listens. */
export async function jailpingInfo(daemon: Daemon): Promise<JailpingInfo> {
  const [address, own] = await Promise.all([readJailping(daemon), choices(daemon)]);
  const { listening } = daemon.jailping;
  return {
    address,
    choices: own,
    listening,
    problem:
      address === null || listening
        ? null
        : `Nothing listens at ${address} port 79: something else has the port, or the host has lost the address. It is tried again every minute.`,
  };
}

/** jailping.configure: switches it on at an address of the host, or off. Throws KnastError invalid, disk_full, busy (a jail is being made). */
export async function configureJailping(daemon: Daemon, input: { address: string | null }): Promise<JailpingInfo> {
  const address = input.address === null ? null : canonicalAddress(input.address);
  if (address !== null && !(await choices(daemon)).includes(address)) {
    const message = "This is no address of the host itself.";
    throw new KnastError("invalid", { message, problems: [{ field: "address", code: "invalid", message }] });
  }
  const skeletons = await skeletonsOf(daemon);
  const bases = skeletons.map((name) => name.replace(/^newjail/, "basejail"));
  // A copy of a skeleton that is being written to would be a broken one.
  const release = holdBases(daemon, { verb: "jailping.configure", job: null }, bases);
  try {
    await writeAtomic(pathOf(daemon), `${JSON.stringify({ address })}\n`);
    daemon.jailping.use(address);
    await layIntoSkeletons(daemon, skeletons, address);
  } finally {
    release();
  }
  for (let i = 0; i < 40 && address !== null && !daemon.jailping.listening; i++)
    await new Promise((resolve) => setTimeout(resolve, 50));
  return jailpingInfo(daemon);
}
