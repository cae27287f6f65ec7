import { join } from "node:path";
import { below } from "../conf/import/imported.ts";
import { readAssignments } from "../conf/import/sh-assignments.ts";
import { EXPORT_SEPARATOR } from "../conf/jail-export.ts";
import type { Daemon } from "../daemon.ts";
import { listNames, look, readText } from "../host/disk.ts";
import { isWithin, placeOf } from "../jails/check-place.ts";
import { Semaphore } from "../jobs/locks.ts";
import { readApproved } from "../mounts/approved.ts";
import { mountUses } from "../mounts/uses.ts";

/** Files of one host that may describe jails; what is no small regular file of root's is not among them. */
export type Sources = {
  files: Map<string, string>;
  /** of `jail -e` on one file alone */
  alone: Map<string, string>;
  bastilleJails: string;
  bastilleEnabled: boolean;
  iocageRoots: string[];
  iocageEnabled: boolean;
  /** files that somebody else than root could have written, which are not read */
  unsafe: string[];
};

const MAX_JAILS = 1000;
const YES = /^(yes|true|on|1)$/i;

/**
 * Reads the files of all schemes. None of them lies inside of a jail's tree; links at their end are not followed.
 * @param elsewhere jail(8) is not asked about what ETC/jail.conf names, as the list of configured jails has that already
 */
export async function readSources(daemon: Daemon, elsewhere = false): Promise<Sources> {
  const { etc, foreign } = daemon.options;
  const files = new Map<string, string>();
  const unsafe: string[] = [];
  const take = async (path: string) => {
    const found = await look(path);
    if (found?.kind !== "file") return;
    if (found.uid !== 0 || (found.mode & 0o022) !== 0) return void unsafe.push(path);
    const text = await readText(path).catch(() => null);
    if (text !== null && !text.includes("\0")) files.set(path, text);
  };
  const takeAll = async (directory: string, wanted: (name: string) => boolean = () => true) => {
    for (const name of ((await listNames(directory)) ?? []).slice(0, MAX_JAILS))
      if (wanted(name)) await take(join(directory, name));
  };
  for (const name of ["jail.conf", "rc.conf", "rc.conf.local", "rc.conf.d/jail"]) await take(join(etc, name));
  await takeAll(join(etc, "jail.conf.d"), (name) => name.endsWith(".conf"));
  await takeAll(join(etc, "jails"));
  await takeAll(etc, (name) => name.startsWith("fstab."));
  await takeAll(below(foreign, "usr/local/etc/ezjail"));
  await take(below(foreign, "usr/local/etc/bastille/bastille.conf"));

  const rc = new Map<string, string>();
  for (const name of ["rc.conf", "rc.conf.local"]) readAssignments(files.get(join(etc, name)) ?? "", rc);
  const bastille = new Map<string, string>();
  readAssignments(files.get(below(foreign, "usr/local/etc/bastille/bastille.conf")) ?? "", bastille);
  const prefix =
    bastille.get("bastille_jailsdir") ?? `${bastille.get("bastille_prefix") ?? "/usr/local/bastille"}/jails`;
  const bastilleJails = /^\/[A-Za-z0-9._/-]+$/.test(prefix)
    ? below(foreign, prefix.slice(1))
    : below(foreign, "usr/local/bastille/jails");
  for (const name of ((await listNames(bastilleJails)) ?? []).slice(0, MAX_JAILS))
    for (const file of ["jail.conf", "fstab", "settings.conf", "rctl.conf", "rdr.conf"])
      await take(join(bastilleJails, name, file));
  const iocageRoots = await findIocage(daemon);
  for (const root of iocageRoots) {
    await take(join(root, "defaults.json"));
    for (const name of ((await listNames(join(root, "jails"))) ?? []).slice(0, MAX_JAILS))
      for (const file of ["config.json", "fstab"]) await take(join(root, "jails", name, file));
  }
  await takeNamedFstabs(files, take);

  const alone = new Map<string, string>();
  const wanted = [...files.keys()].filter((path) =>
    path.startsWith(`${bastilleJails}/`)
      ? path.endsWith("/jail.conf")
      : !elsewhere &&
        (path === join(etc, "jail.conf") ||
          (path.startsWith(join(etc, "jail.conf.d/")) && !/\$knast_id/.test(files.get(path)!))),
  );
  const places = new Semaphore(8);
  const ask = async (path: string) => {
    const limits = { deadline: 20_000, cap: 4 * 1024 * 1024 };
    const result = await daemon.run("jail", ["-f", path, "-e", EXPORT_SEPARATOR], limits);
    return result.status === 0 ? result.stdout : null;
  };
  const answers = await Promise.all(wanted.map((path) => places.run(() => ask(path))));
  for (const [i, path] of wanted.entries()) {
    const answer = answers[i] ?? null;
    if (answer !== null) alone.set(path, answer);
  }
  return {
    files,
    alone,
    unsafe,
    bastilleJails,
    bastilleEnabled: YES.test(rc.get("bastille_enable") ?? ""),
    iocageRoots,
    iocageEnabled: YES.test(rc.get("iocage_enable") ?? ""),
  };
}

/**
 * @returns directories of iocage: FOREIGN/iocage, and in each pool's directory one or two levels below it. Its config.json can name
 *   programs that run as the host's root, so one that anybody else could have laid there is passed over.
 */
async function findIocage(daemon: Daemon): Promise<string[]> {
  const { foreign } = daemon.options;
  const names = ((await listNames(foreign)) ?? []).filter((name) => !name.startsWith("."));
  const candidates = [below(foreign, "iocage"), ...names.map((name) => below(foreign, `${name}/iocage`))];
  for (const name of (await listNames(below(foreign, "mnt"))) ?? [])
    candidates.push(below(foreign, `mnt/${name}/iocage`));
  const roots: string[] = [];
  for (const path of candidates)
    if ((await look(join(path, "jails")))?.kind === "directory" && (await isHosts(daemon, path))) roots.push(path);
  return roots;
}

/** Whether a directory can only have been laid by the host's own root: a jail's root has uid 0 too, in its tree and where it may write. */
async function isHosts(daemon: Daemon, path: string): Promise<boolean> {
  let way = daemon.options.foreign.replace(/\/+$/, "");
  for (const part of [...path.slice(way.length + 1).split("/"), "jails"]) {
    const found = await look((way = `${way}/${part}`));
    if (found?.kind !== "directory" || found.uid !== 0 || (found.mode & 0o022) !== 0) return false;
  }
  const [configured, running, uses, approved] = await Promise.all([
    daemon.view.configuredNow(),
    daemon.view.runningNow(),
    mountUses(daemon),
    readApproved(daemon),
  ]);
  const theirs = [
    daemon.paths.jails,
    ...(await Promise.all([...configured, ...running].map(placeOf))),
    ...uses.filter((one) => !one.readOnly).map((one) => one.source),
    ...approved.lines.filter((one) => one.access === "rw").map((one) => one.path),
  ];
  return !theirs.some((one) => one.startsWith("/") && one !== "/" && isWithin(path, one));
}

/** fstabs that lie elsewhere: what `mount.fstab` and `jail_NAME_fstab` name. */
async function takeNamedFstabs(files: Map<string, string>, take: (path: string) => Promise<void>): Promise<void> {
  const named = new Set<string>();
  for (const text of files.values())
    for (const [, path] of text.matchAll(/(?:mount\.fstab\s*=\s*|_fstab=)["']?(\/[A-Za-z0-9._/+-]+)/g))
      named.add(path!);
  for (const path of named) if (!files.has(path) && named.size < MAX_JAILS) await take(path);
}
