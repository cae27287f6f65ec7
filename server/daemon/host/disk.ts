import { createHash, randomBytes } from "node:crypto";
import { constants, type Stats } from "node:fs";
import * as fs from "node:fs/promises";
import { dirname, join } from "node:path";
import { KnastError } from "../../contract/errors.ts";

/** What lstat(2) says; links are never followed. */
export type Found = {
  kind: "directory" | "file" | "link" | "other";
  mode: number;
  uid: number;
  gid: number;
  dev: number;
  ino: number;
  size: number;
  mtimeMs: number;
};

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException | undefined)?.code;

/** Maps "no space left" to disk_full, everything else to internal with the cause for the log. */
function fail(error: unknown): never {
  if (error instanceof KnastError) throw error;
  const full = ["ENOSPC", "EDQUOT"].includes(codeOf(error) ?? "");
  throw new KnastError(full ? "disk_full" : "internal", { cause: error });
}

function found(stats: Stats): Found {
  const kind = stats.isDirectory() ? "directory" : stats.isFile() ? "file" : stats.isSymbolicLink() ? "link" : "other";
  const { uid, gid, dev, ino, size, mtimeMs } = stats;
  return { kind, mode: stats.mode & 0o7777, uid, gid, dev, ino, size, mtimeMs };
}

/** @returns what is there without following a last link, null when there is nothing */
export async function look(path: string): Promise<Found | null> {
  try {
    return found(await fs.lstat(path));
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return null;
    return fail(error);
  }
}

/** @returns a path of the host without links in it; the path as it is when nothing is there. Never for a path inside a jail. */
export async function realPath(path: string): Promise<string> {
  return fs.realpath(path).catch((error) => (["ENOENT", "ENOTDIR"].includes(codeOf(error) ?? "") ? path : fail(error)));
}

/** @returns names in a directory, sorted; null when there is none. The directory itself may not be a link. */
export async function listNames(path: string): Promise<string[] | null> {
  if ((await look(path))?.kind !== "directory") return null;
  return fs.readdir(path).then((names) => names.sort(), fail);
}

/**
 * Reads a small text file of the host. Refuses links, fifos and devices without blocking on them.
 * @returns null when there is nothing; throws KnastError too_large beyond `max` bytes, internal for what is no file
 */
export async function readText(path: string, max = 256 * 1024): Promise<string | null> {
  let file: fs.FileHandle;
  try {
    file = await fs.open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    return fail(error);
  }
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new KnastError("internal", { cause: `${path} is no regular file` });
    if (stats.size > max) throw new KnastError("too_large", { cause: path });
    const buffer = Buffer.alloc(max + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length, length);
      length += bytesRead;
      if (length > max) throw new KnastError("too_large", { cause: path });
      if (bytesRead === 0) return buffer.toString("utf8", 0, length);
    }
  } catch (error) {
    return fail(error);
  } finally {
    await file.close();
  }
}

async function syncDirectory(path: string): Promise<void> {
  const handle = await fs.open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  await handle.sync().catch(() => {});
  await handle.close();
}

/**
 * Writes a whole file so that after a crash the old or the new one is there, never a part: temporary file beside it, fsync,
 * rename, fsync of the directory. Throws KnastError disk_full, internal.
 * @param options mode of the new file (default 0600); owner as numbers
 */
export async function writeAtomic(
  path: string,
  text: string,
  options: { mode?: number; owner?: { uid: number; gid: number } } = {},
): Promise<void> {
  const temporary = join(dirname(path), `.${randomBytes(8).toString("hex")}.tmp`);
  try {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
    const file = await fs.open(temporary, flags, 0o600);
    try {
      await file.writeFile(text);
      if (options.owner) await file.chown(options.owner.uid, options.owner.gid);
      await file.chmod(options.mode ?? 0o600);
      await file.sync();
    } finally {
      await file.close();
    }
    await fs.rename(temporary, path);
    await syncDirectory(dirname(path));
  } catch (error) {
    await fs.unlink(temporary).catch(() => {});
    fail(error);
  }
}

/** Makes one directory (its parent must be there); an existing real directory is left as it is. */
export async function makeDirectory(path: string, mode = 0o700): Promise<void> {
  try {
    await fs.mkdir(path, { mode });
    await fs.chmod(path, mode);
  } catch (error) {
    if (codeOf(error) === "EEXIST" && (await look(path))?.kind === "directory") return;
    fail(error);
  }
}

/** Gives a path of ours an owner and a mode; the path itself may not be a link. */
export async function setOwner(path: string, owner: { uid: number; gid: number }, mode?: number): Promise<void> {
  try {
    await fs.lchown(path, owner.uid, owner.gid);
    if (mode !== undefined && (await look(path))?.kind !== "link") await fs.chmod(path, mode);
  } catch (error) {
    fail(error);
  }
}

export async function setMode(path: string, mode: number): Promise<void> {
  if ((await look(path))?.kind === "link") throw new KnastError("internal", { cause: `${path} is a link` });
  await fs.chmod(path, mode).catch(fail);
}

/** rename(2) and fsync of both directories. */
export async function move(from: string, to: string): Promise<void> {
  try {
    await fs.rename(from, to);
    await syncDirectory(dirname(to));
    if (dirname(from) !== dirname(to)) await syncDirectory(dirname(from));
  } catch (error) {
    fail(error);
  }
}

/** Removes one file or link, never a directory; nothing there is fine. */
export async function removeFile(path: string): Promise<void> {
  try {
    await fs.unlink(path);
    await syncDirectory(dirname(path));
  } catch (error) {
    if (codeOf(error) !== "ENOENT") fail(error);
  }
}

/** Removes an empty directory; nothing there is fine. */
export async function removeEmptyDirectory(path: string): Promise<void> {
  await fs.rmdir(path).catch((error) => (codeOf(error) === "ENOENT" ? undefined : fail(error)));
}

export async function makeLink(target: string, path: string): Promise<void> {
  await fs.symlink(target, path).catch(fail);
}

/** @returns what a link says, null when there is no link */
export async function readLink(path: string): Promise<string | null> {
  return fs.readlink(path).catch((error) => (["ENOENT", "EINVAL"].includes(codeOf(error) ?? "") ? null : fail(error)));
}

/**
 * Everything below a directory, parents before children, by lstat only. A mounted file system below it is entered unless
 * `sameDevice` is set. Memory grows with the depth and the widest directory, not with the tree.
 */
export async function* walk(
  root: string,
  options: { sameDevice?: boolean } = {},
): AsyncGenerator<{ path: string; found: Found }> {
  const top = await look(root);
  if (top?.kind !== "directory") return;
  const pending = [root];
  for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
    for (const name of (await listNames(directory)) ?? []) {
      const path = join(directory, name);
      const one = await look(path);
      if (!one) continue;
      yield { path, found: one };
      if (one.kind === "directory" && (!options.sameDevice || one.dev === top.dev)) pending.push(path);
    }
  }
}

/** @returns SHA-256 of a regular file in hexadecimal digits; `progress` gets the bytes read so far */
export async function sha256(path: string, progress?: (bytes: number) => void, signal?: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  const file = await fs.open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(fail);
  try {
    if (!(await file.stat()).isFile()) throw new KnastError("internal", { cause: `${path} is no regular file` });
    const buffer = Buffer.alloc(1024 * 1024);
    for (let done = 0; ;) {
      if (signal?.aborted) throw new KnastError("cancelled");
      const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) return hash.digest("hex");
      hash.update(buffer.subarray(0, bytesRead));
      progress?.((done += bytesRead));
    }
  } catch (error) {
    return fail(error);
  } finally {
    await file.close();
  }
}

/** @returns size of the file system that holds `path` and what is free for the host's root, in bytes */
export async function diskSpace(path: string): Promise<{ totalBytes: number; freeBytes: number }> {
  return spaceOf(await fs.statfs(path).catch(fail));
}

/** @returns inodes of the file system that holds `path`; 0 and 0 where they are made as needed */
export async function freeInodes(path: string): Promise<{ inodes: number; freeInodes: number }> {
  const { files, ffree } = await fs.statfs(path).catch(fail);
  return { inodes: files, freeInodes: ffree };
}

/** f_bavail is negative on a UFS whose reserve is in use (statfs(2)), and comes out of Node as a number near 2^64. */
export function spaceOf(s: { blocks: number; bavail: number; bsize: number }): {
  totalBytes: number;
  freeBytes: number;
} {
  const free = s.bavail >= 0 && s.bavail <= s.blocks ? s.bavail : 0;
  return { totalBytes: s.blocks * s.bsize, freeBytes: free * s.bsize };
}
