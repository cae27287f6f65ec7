import { chmodSync, chownSync, mkdirSync, unlinkSync } from "node:fs";
import { connect, type Server } from "node:net";
import { basename, dirname } from "node:path";
import { KnastError } from "../../contract/errors.ts";
import { listNames, look } from "./disk.ts";

/** @returns whether somebody answers at a Unix socket */
export function answersAt(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

/** The socket's directory is closed to everybody else: that must not be /var/run itself, or /tmp. @throws KnastError internal */
async function refuseShared(directory: string, own: string): Promise<void> {
  const found = await look(directory);
  if (!found) return;
  let shared = found.kind !== "directory" || (found.mode & 0o1000) !== 0;
  for (const name of (await listNames(directory)) ?? [])
    shared ||= name !== own && !name.endsWith(".pid") && (await look(`${directory}/${name}`))?.kind !== "other";
  const message = `${directory} holds more than knastd's socket. Give the socket a directory of its own.`;
  if (shared) throw new KnastError("internal", { message });
}

/**
 * Listens at a Unix socket that only `group` may open: directory 0750, socket 0660, never wider in between, as the umask says
 * so before bind(2). A socket that a killed knastd has left is removed; anything else at that path is not.
 * @throws KnastError internal
 */
export async function listenAt(server: Server, path: string, group: number): Promise<void> {
  const directory = dirname(path);
  const uid = process.getuid?.() ?? 0;
  await refuseShared(directory, basename(path));
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  chownSync(directory, uid, group);
  chmodSync(directory, 0o750);
  const old = await look(path);
  if (old && old.kind !== "other") throw new KnastError("internal", { message: `${path} is there and is no socket.` });
  if (old) unlinkSync(path);
  const before = process.umask(0o117);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ path }, () => {
        server.off("error", reject);
        resolve();
      });
    });
  } finally {
    process.umask(before);
  }
  chownSync(path, uid, group);
}
