import { chmodSync, chownSync, mkdirSync, unlinkSync } from "node:fs";
import type { Server } from "node:http";
import { connect } from "node:net";
import { dirname } from "node:path";
import { KnastError } from "../../contract/errors.ts";
import { look } from "./disk.ts";

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

/**
 * Listens at a Unix socket that only `group` may open: directory 0750, socket 0660, never wider in between, as the umask says
 * so before bind(2). A socket that a killed knastd has left is removed; anything else at that path is not.
 * @throws KnastError internal
 */
export async function listenAt(server: Server, path: string, group: number): Promise<void> {
  const directory = dirname(path);
  const uid = process.getuid?.() ?? 0;
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
