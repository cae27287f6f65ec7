import { createServer, type Server } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import type { State } from "./state.ts";

/**
 * Does `work` while no other program of this host is in a section of that name. The lock is an abstract socket's name, so the
 * kernel frees it when its holder is killed. @throws Error after 60 s
 */
export async function locked<T>(state: State, name: string, work: () => T | Promise<T>): Promise<T> {
  const path = `\0devjail-${state.config().hash}-${name}`;
  let server = await take(path);
  for (const deadline = Date.now() + 60_000; !server; server = await take(path)) {
    if (Date.now() > deadline) throw new Error(`devjail: the lock "${name}" is not given up`);
    await wait(3);
  }
  const held = server;
  try {
    return await work();
  } finally {
    await new Promise((resolve) => held.close(resolve));
  }
}

/** @returns null when someone else listens on that name */
function take(path: string): Promise<Server | null> {
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" ? resolve(null) : reject(error),
    );
    server.listen(path, () => resolve(server));
  });
}
