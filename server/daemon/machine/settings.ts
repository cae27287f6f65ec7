import { join } from "node:path";
import { z } from "zod";
import { Pool } from "../../contract/pool.ts";
import { readText, writeAtomic } from "../host/disk.ts";
import type { Daemon } from "../daemon.ts";
import { addressBytes, canonicalAddress } from "../../contract/ip.ts";

const Settings = z.strictObject({ pools: z.array(Pool).max(32) });
export type Settings = z.infer<typeof Settings>;

const pathOf = (daemon: Daemon) => join(daemon.options.state, "settings.json");

/** @returns the admin's settings; none at all before host.configure. Throws when the file is not ours any more. */
export async function readSettings(daemon: Daemon): Promise<Settings> {
  const text = await readText(pathOf(daemon));
  return text === null ? { pools: [] } : Settings.parse(JSON.parse(text));
}

export async function writeSettings(daemon: Daemon, settings: Settings): Promise<void> {
  await writeAtomic(pathOf(daemon), `${JSON.stringify(Settings.parse(settings), null, 2)}\n`);
}

/** @returns the host's own name servers, at most three: ETC/resolv.conf */
export async function readNameservers(daemon: Daemon): Promise<string[]> {
  const text = (await readText(join(daemon.paths.etc, "resolv.conf")).catch(() => null)) ?? "";
  const found = text.split("\n").flatMap((line) => {
    const address = /^\s*nameserver\s+(\S+)/.exec(line)?.[1]?.split("%")[0];
    return address && addressBytes(address) ? [canonicalAddress(address)!] : [];
  });
  return [...new Set(found)].slice(0, 3);
}
