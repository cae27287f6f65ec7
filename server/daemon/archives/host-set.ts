import { join } from "node:path";
import { HostSet, SetName } from "../../contract/host-archive.ts";
import { KnastError } from "../../contract/errors.ts";
import type { Daemon } from "../daemon.ts";
import { listNames, readText, removeFile, writeAtomic } from "../host/disk.ts";
import { archivesDirectory, namesOf } from "./store.ts";

type Where = Pick<Daemon, "paths">;

const setFile = (daemon: Where, set: string): string =>
  join(archivesDirectory(daemon), `host-${SetName.parse(set)}.knast.json`);
export const panelFile = (daemon: Where, set: string): string =>
  join(archivesDirectory(daemon), `host-${SetName.parse(set)}.knast.db`);

export const writeSet = (daemon: Where, set: HostSet): Promise<void> =>
  writeAtomic(setFile(daemon, set.set), `${JSON.stringify(HostSet.parse(set), null, 2)}\n`);

/** @throws KnastError not_found, archive_invalid: it came from another host, so anything may stand in it */
export async function readSet(daemon: Where, set: string): Promise<HostSet> {
  const text = await readText(setFile(daemon, set), 4 * 1024 * 1024);
  if (text === null) throw new KnastError("not_found");
  let value: unknown = null;
  try {
    value = JSON.parse(text);
  } catch {
    // said below
  }
  const parsed = HostSet.safeParse(value);
  if (!parsed.success || parsed.data.set !== set) throw new KnastError("archive_invalid");
  return parsed.data;
}

/** host.sets: newest first; one that can't be read is left out. */
export async function listSets(daemon: Daemon): Promise<{ sets: (HostSet & { missing: string[] })[] }> {
  const there = new Set(await namesOf(daemon));
  const names = ((await listNames(archivesDirectory(daemon))) ?? [])
    .flatMap((name) => /^host-([0-9]{8}T[0-9]{6}Z)\.knast\.json$/.exec(name)?.[1] ?? [])
    .sort()
    .reverse();
  const sets: (HostSet & { missing: string[] })[] = [];
  for (const name of names.slice(0, 1000)) {
    const set = await readSet(daemon, name).catch(() => null);
    const missing = set?.jails.flatMap(({ archive }) => (archive && !there.has(archive) ? [archive] : [])) ?? [];
    if (set) sets.push({ ...set, missing });
  }
  return { sets };
}

/** host.forget-set. @throws KnastError not_found, busy */
export async function forgetSet(daemon: Daemon, { set }: { set: string }): Promise<Record<string, never>> {
  const release = daemon.locks.take({ verb: "host.forget-set", job: null }, [`set:${set}`]);
  try {
    if ((await readText(setFile(daemon, set), 4 * 1024 * 1024)) === null) throw new KnastError("not_found");
    await removeFile(panelFile(daemon, set));
    await removeFile(setFile(daemon, set));
    return {};
  } finally {
    release();
  }
}
