import { join } from "node:path";
import { type Archive, ArchiveName } from "../../contract/archive.ts";
import { KnastError } from "../../contract/errors.ts";
import { JailId } from "../../contract/names.ts";
import type { Daemon } from "../daemon.ts";
import { OpenFile } from "../host/big-file.ts";
import { listNames, makeDirectory, removeFile } from "../host/disk.ts";
import { readManifest } from "./read-archive.ts";

type Where = Pick<Daemon, "paths">;

/** Beside the jails: what is moved there stays on one file system with what it came from. */
export const archivesDirectory = (daemon: Where): string => join(daemon.paths.jails, ".archives");
export const archiveFile = (daemon: Where, archive: string): string =>
  join(archivesDirectory(daemon), ArchiveName.parse(archive));
/** One that is being written. */
export const partialFile = (daemon: Where, id: string): string =>
  join(archivesDirectory(daemon), `.${JailId.parse(id)}.partial`);

export const makeArchivesDirectory = (daemon: Where): Promise<void> => makeDirectory(archivesDirectory(daemon), 0o700);

/** @returns NAME-20260131T235959Z.knast.tar */
export const archiveName = (jail: string, at: Date): string =>
  ArchiveName.parse(`${jail}-${at.toISOString().slice(0, 19).replace(/[-:]/g, "")}Z.knast.tar`);

/** @throws KnastError not_found */
export async function openArchive(daemon: Where, archive: string): Promise<OpenFile> {
  const file = await OpenFile.open(archiveFile(daemon, archive));
  if (!file) throw new KnastError("not_found");
  return file;
}

export async function namesOf(daemon: Where): Promise<string[]> {
  const names = (await listNames(archivesDirectory(daemon))) ?? [];
  return names.filter((name) => ArchiveName.safeParse(name).success);
}

const known = new Map<string, { stamp: string; archive: Archive }>();

/** One archive as a list shows it: its manifest, unchecked. Manifests are read again when the file has changed. */
export async function describe(daemon: Where, archive: string): Promise<Archive> {
  const path = archiveFile(daemon, archive);
  const file = await openArchive(daemon, archive);
  try {
    const old = known.get(path);
    if (old?.stamp === file.stamp) return old.archive;
    const manifest = await readManifest(file).catch((error: unknown) => {
      if (error instanceof KnastError && error.code === "archive_invalid") return null;
      throw error;
    });
    const found: Archive = { archive, bytes: file.size, manifest };
    if (known.size > 10_000) known.clear();
    known.set(path, { stamp: file.stamp, archive: found });
    return found;
  } finally {
    await file.close();
  }
}

/** archive.list, newest first. */
export async function listArchives(daemon: Daemon): Promise<{ archives: Archive[] }> {
  const archives: Archive[] = [];
  for (const name of await namesOf(daemon)) {
    const one = await describe(daemon, name).catch(() => null);
    if (one) archives.push(one);
  }
  const time = (one: Archive) => one.archive.slice(one.archive.lastIndexOf("-"));
  archives.sort((a, b) => (time(a) < time(b) ? 1 : time(a) > time(b) ? -1 : a.archive < b.archive ? -1 : 1));
  return { archives: archives.slice(0, 10_000) };
}

/** archive.remove. @throws KnastError not_found; busy while it is restored or verified */
export async function removeArchive(daemon: Daemon, { archive }: { archive: string }): Promise<Record<string, never>> {
  const release = daemon.locks.take({ verb: "archive.remove", job: null }, [`archive:${archive}`]);
  try {
    if (!(await namesOf(daemon)).includes(archive)) throw new KnastError("not_found");
    await removeFile(archiveFile(daemon, archive));
    known.delete(archiveFile(daemon, archive));
    return {};
  } finally {
    release();
  }
}
