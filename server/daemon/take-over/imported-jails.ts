import type { Imported } from "../conf/import/imported.ts";
import { importIocage } from "../conf/import/iocage.ts";
import { importBastille, importJailConf } from "../conf/import/jail-conf.ts";
import { importRcConf } from "../conf/import/rc-conf.ts";
import { addressesOf, parseExportLists } from "../conf/jail-export.ts";
import { readKnastId } from "../conf/jail-conf.ts";
import type { KnownJail } from "../conf/validate.ts";
import type { Daemon } from "../daemon.ts";
import { readSources, type Sources } from "./read-sources.ts";

/** @returns every jail of this host that is not ours, as its files describe it; scheme and name together are unique */
export function importAll(sources: Sources, place: { etc: string; log: string; foreign: string }): Imported[] {
  const { files, alone } = sources;
  const ours = new Set<string>();
  for (const [path, text] of files) {
    const name = path.startsWith(`${place.etc}/jail.conf.d/`) ? path.slice(place.etc.length + 13, -5) : null;
    if (name !== null && idOf(text, name) !== null) ours.add(name);
  }
  // jail.conf with all that it includes first; a file that it does not include, or can't be read with it, on its own.
  let exported = alone.get(`${place.etc}/jail.conf`) ?? "";
  const listed = new Set(parseExportLists(exported).map((one) => one.name));
  for (const [path, text] of alone)
    if (path.startsWith(`${place.etc}/jail.conf.d/`) && parseExportLists(text).every((one) => !listed.has(one.name)))
      exported += text;
  const found = [
    ...importJailConf(files, place, exported, alone, ours),
    ...importRcConf(files, place),
    ...importBastille(files, sources.bastilleJails, alone, sources.bastilleEnabled),
    ...importIocage(files, sources.iocageRoots, place, sources.iocageEnabled),
  ];
  const seen = new Set<string>();
  return found.filter((one) => {
    const key = `${one.scheme} ${one.name}`;
    if (one.name === "" || one.name.length > 255 || seen.has(key)) return false;
    return seen.add(key);
  });
}

function idOf(text: string, name: string): string | null {
  try {
    return readKnastId(text, name);
  } catch {
    return null;
  }
}

export const importedJails = async (
  daemon: Daemon,
  elsewhere = false,
): Promise<{ jails: Imported[]; sources: Sources }> => {
  const sources = await readSources(daemon, elsewhere);
  return { jails: importAll(sources, daemon.options), sources };
};

export const hostnameOf = (jail: Imported): string =>
  (jail.params.findLast((one) => one.name === "host.hostname")?.values?.[0] ?? "").slice(0, 256);
export const pathOf = (jail: Imported): string =>
  (jail.params.findLast((one) => one.name === "path")?.values?.[0] ?? "").replace(/(?<=.)\/+$/, "");
export const addressesIn = (jail: Imported): string[] =>
  addressesOf({
    name: jail.name,
    params: jail.params.map(({ name, values }) => ({ name, value: values?.join(",") ?? null })),
  });

/** Jails that `jail -e` does not list: their names and addresses count as taken. */
export async function jailsElsewhere(daemon: Daemon): Promise<KnownJail[]> {
  const { jails } = await importedJails(daemon, true);
  return jails
    .filter((one) => one.scheme !== "jail.conf")
    .map((one) => ({ name: one.runsAs, hostname: hostnameOf(one), addresses: addressesIn(one) }));
}
