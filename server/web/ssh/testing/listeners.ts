import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { processesWith } from "../../testing/real-panel.ts";

/** @returns the TCP ports that a process listens on (proc(5)) */
export function listenersOf(pid: number): number[] {
  const rows = ["tcp", "tcp6"].flatMap((name) => readFileSync(`/proc/${pid}/net/${name}`, "utf8").split("\n").slice(1));
  const ports = new Map<string, number>();
  for (const row of rows) {
    const [, local, , state, , , , , , inode] = row.trim().split(/\s+/);
    if (state === "0A" && inode) ports.set(inode, Number.parseInt(local!.split(":")[1]!, 16));
  }
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
      const port = inode === undefined ? undefined : ports.get(inode);
      return port === undefined ? [] : [port];
    } catch {
      return []; // closed meanwhile
    }
  });
}

/** @returns the process of a panel, of those that may run on this machine */
export function webOf(panel: { url: string }): number {
  const port = Number(new URL(panel.url).port);
  const found = processesWith("dist/knast-web.js").find((pid) => listenersOf(pid).includes(port));
  if (found === undefined) throw new Error(`nobody listens for ${panel.url}`);
  return found;
}
