import { createRequire } from "node:module";

/** node-pty's own calls below its JavaScript. */
type Native = {
  fork(
    file: string,
    args: string[],
    env: string[],
    cwd: string,
    cols: number,
    rows: number,
    uid: number,
    gid: number,
    utf8: boolean,
    helper: string,
    onExit: (status: number, signal: number) => void,
  ): { fd: number; pid: number; pty: string };
  resize(fd: number, cols: number, rows: number): void;
  /** the mark of server/launch/patch-node-pty.mjs */
  knast?: number;
};

let loaded: Native | undefined;

/**
 * @returns node-pty's native part
 * @throws Error when it is not the patched one: as released it hands each shell the masters of all others
 */
export function nativePty(): Native {
  if (loaded) return loaded;
  const native = createRequire(import.meta.url)("node-pty/build/Release/pty.node") as Native;
  if (native.knast !== 1) throw new Error("node-pty is not patched: run node server/launch/patch-node-pty.mjs");
  loaded = native;
  return native;
}
