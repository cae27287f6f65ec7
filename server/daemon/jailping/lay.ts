import { jailpingScript, withoutPingAlias, withPingAlias } from "../conf/jailping.ts";
import type { Daemon } from "../daemon.ts";
import { listNames, look, makeDirectory, readText, removeFile, writeAtomic } from "../host/disk.ts";

const ROOT = { uid: 0, gid: 0 };

/** Puts the script, csh's alias and the host's address into a tree that no jail has run in: newjail, or a copy of it. */
export async function layJailping(tree: string, address: string): Promise<void> {
  let path = tree;
  for (const part of ["usr", "local", "bin"]) {
    path = `${path}/${part}`;
    const found = await look(path);
    if (found === null) await makeDirectory(path, 0o755);
    else if (found.kind !== "directory") return;
  }
  if ((await look(`${tree}/etc`))?.kind !== "directory") return;
  await writeAtomic(`${path}/jailping`, jailpingScript(), { mode: 0o755, owner: ROOT });
  const cshrc = await readText(`${tree}/etc/csh.cshrc`);
  await writeAtomic(`${tree}/etc/csh.cshrc`, withPingAlias(cshrc), { mode: 0o644, owner: ROOT });
  await writeAtomic(`${tree}/etc/jailping`, `${address}\n`, { mode: 0o644, owner: ROOT });
}

/** Takes it out of such a tree again. */
async function takeOut(tree: string): Promise<void> {
  for (const parts of [["etc"], ["usr", "local", "bin"]])
    for (let i = 1; i <= parts.length; i++)
      if ((await look(`${tree}/${parts.slice(0, i).join("/")}`))?.kind !== "directory") return;
  await removeFile(`${tree}/usr/local/bin/jailping`);
  await removeFile(`${tree}/etc/jailping`);
  const cshrc = await readText(`${tree}/etc/csh.cshrc`);
  if (cshrc !== null && withoutPingAlias(cshrc) !== cshrc)
    await writeAtomic(`${tree}/etc/csh.cshrc`, withoutPingAlias(cshrc), { mode: 0o644, owner: ROOT });
}

/** @returns the names of the host's skeletons, newjail and newjail-NAME */
export async function skeletonsOf(daemon: Daemon): Promise<string[]> {
  const names = ((await listNames(daemon.paths.jails)) ?? []).filter((name) => /^newjail(-|$)/.test(name));
  const found = await Promise.all(names.map((name) => look(`${daemon.paths.jails}/${name}`)));
  return names.filter((_, i) => found[i]?.kind === "directory");
}

/** Into these skeletons of the host; with null, out of them. */
export async function layIntoSkeletons(daemon: Daemon, names: readonly string[], address: string | null) {
  for (const tree of names.map((name) => `${daemon.paths.jails}/${name}`))
    await (address === null ? takeOut(tree) : layJailping(tree, address));
}
