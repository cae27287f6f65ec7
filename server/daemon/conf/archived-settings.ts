import { ArchivedSettings } from "../../contract/archive.ts";
import type { Limits } from "../../contract/limits.ts";
import type { Parameter } from "./jail-export.ts";
import { plainName } from "./boolean-parameter.ts";
import { flagIn, otherParameters, readSettings } from "./settings.ts";
import { readVnet } from "./vnet.ts";

/** What every config of ours has and what is rendered anew, with the values that are ours. */
const OURS: Record<string, RegExp> = {
  path: /^/,
  "mount.fstab": /^/,
  "exec.clean": /^/,
  "exec.consolelog": /^/,
  "exec.start": /^\/bin\/sh \/etc\/rc$/,
  "exec.stop": /^\/bin\/sh \/etc\/rc\.shutdown jail$/,
};
const OF_VNET = new Set(["vnet", "vnet.interface", "exec.prestart", "exec.poststop", "exec.start"]);

/**
 * @param params what `jail -e` says of a jail
 * @returns its settings as an archive takes them along, null when host name or network are not of the plain kind, and the names of
 *   the parameters that stay behind: a command, a path or an unknown word of one host is no other host's affair
 */
export function archivedSettings(
  params: readonly Parameter[],
  { autostart, limits }: { autostart: boolean; limits: Limits },
): { settings: ArchivedSettings | null; untranslated: string[] } {
  const found = readSettings(params, autostart);
  const vnet = readVnet(params);
  const of = (six: boolean) => vnet!.addresses.map((one) => one.address).filter((one) => one.includes(":") === six);
  const network = vnet ? { interface: vnet.bridge, ip4: of(false), ip6: of(true) } : found.network;
  const { devfs, fdescfs, procfs, setHostname, rawSockets, ...flags } = found.flags;
  const switches = { devfs, fdescfs, procfs, setHostname, rawSockets, sysvipc: found.sysvipc ?? false };
  const settings = ArchivedSettings.safeParse({
    hostname: found.hostname,
    ...network,
    network: vnet ? "vnet" : "shared",
    switches,
    autostart,
    limits,
    base: "basejail",
  });
  const ours = (name: string): boolean => {
    if (vnet && OF_VNET.has(name)) return true;
    const value = params.findLast((one) => one.name === name)?.value ?? "";
    return OURS[name]?.test(value) ?? flagIn(params, plainName(name).name) === false;
  };
  const untranslated = [
    ...otherParameters(params).filter((name) => !name.startsWith("$") && !ours(name)),
    ...Object.entries(flags).flatMap(([name, on]) => (on ? [name] : [])),
    ...(found.depend?.length === 0 ? [] : ["depend"]),
    ...(found.childrenMax === 0 ? [] : ["children.max"]),
    ...(found.securelevel === -1 ? [] : ["securelevel"]),
    ...(found.sysvipc === null ? ["sysvmsg"] : []),
  ];
  const names = [...new Set(untranslated)].map((name) => name.slice(0, 200));
  return { settings: settings.success ? settings.data : null, untranslated: names.slice(0, 500) };
}
