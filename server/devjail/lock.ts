import { createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import type { State } from "./state.ts";

/**
 * Does `work` while no other program of this host is in a section of that name. The lock is an abstract socket's name, so the
 * kernel frees it when its holder is killed. @throws Error after 60 s
 */
export async function locked<T>(state: State, name: string, work: () => T | Promise<T>): Promise<T> {
  const server = createServer((socket) => socket.destroy());
  const path = `\0devjail-${state.config().hash}-${name}`;
  for (const deadline = Date.now() + 60_000; ; ) {
    const error = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
      server.once("error", resolve);
      server.listen(path, () => {
        server.removeListener("error", resolve);
        resolve(null);
      });
    });
    if (!error) break;
    if (error.code !== "EADDRINUSE" || Date.now() > deadline) throw error;
    await wait(3);
  }
  try {
    return await work();
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}
