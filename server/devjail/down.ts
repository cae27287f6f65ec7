import { readFileSync, readdirSync, readlinkSync, realpathSync, rmSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { hostop } from "./hostop.ts";
import { removeJail } from "./jail/remove.ts";
import { listEndedJails, listJails, processStart, type State } from "./state.ts";

/**
 * Ends the host: its jails, every process that is on it, its links and, with the last process in it, its mount namespace.
 * Works whatever was killed before. @throws Error naming what is left
 */
export async function down(state: State): Promise<number> {
  const noted = readKeeper(state);
  if (!noted) return 0;
  for (const jail of [...listJails(state), ...listEndedJails(state)]) await removeJail(state, jail);
  const { bridge } = state.config();
  hostop(state, "unlink", [...links(state, bridge), bridge]);
  await killAll(onHost(state, noted.namespace).filter((pid) => pid !== noted.pid && pid !== process.pid));
  if (processStart(noted.pid) === noted.start) await killAll([noted.pid]);
  const left = [...onHost(state, noted.namespace).filter((pid) => pid !== process.pid), ...links(state, bridge)];
  if (left.length) throw new Error(`devjail: still there: ${left.join(" ")}`);
  rmSync(state.at("run/keeper"), { force: true });
  return 0;
}

/** The keeper as `up` noted it, and its mount namespace, which outlives it while a program is on the host. */
function readKeeper(state: State): { pid: number; start: string; namespace: string } | null {
  try {
    const [pid, start, namespace] = readFileSync(state.at("run/keeper"), "utf8").trim().split(" ");
    return { pid: Number(pid), start: start!, namespace: namespace! };
  } catch {
    return null;
  }
}

/** Ends of cables of this copy: its bridge's name with the jid behind. */
function links(state: State, bridge: string): string[] {
  if (state.config().user) return [];
  return readdirSync("/sys/class/net").filter((name) => name.startsWith(`${bridge}_`));
}

/**
 * @returns processes in the keeper's mount namespace: programs that knastd or a person runs on the host. The kernel gives the
 *   number of a namespace that is gone to another one, so this host's own mount, which the keeper made, must be in it too.
 */
function onHost(state: State, namespace: string): number[] {
  const mark = ` ${realpathSync(state.at("bin")).replace(/[\s\\]/g, (c) => `\\${c.charCodeAt(0).toString(8).padStart(3, "0")}`)} `;
  return readdirSync("/proc")
    .filter((name) => /^[0-9]+$/.test(name))
    .map(Number)
    .filter((pid) => namespaceOf(pid) === namespace && mountsOf(pid).includes(mark));
}

function mountsOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/mountinfo`, "utf8");
  } catch {
    return "";
  }
}

function namespaceOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/mnt`);
  } catch {
    return null;
  }
}

async function killAll(pids: number[]): Promise<void> {
  const alive = new Map(pids.map((pid) => [pid, processStart(pid)]));
  for (const [pid, start] of alive) {
    if (start === null) alive.delete(pid);
    else
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        alive.delete(pid);
      }
  }
  for (const deadline = Date.now() + 10_000; alive.size; await wait(10)) {
    for (const [pid, start] of alive) if (processStart(pid) !== start) alive.delete(pid);
    if (alive.size && Date.now() > deadline)
      throw new Error(`devjail: these did not end: ${[...alive.keys()].join(" ")}`);
  }
}
