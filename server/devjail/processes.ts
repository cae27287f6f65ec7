import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import { listJails, processStart, type Jail, type State } from "./state.ts";

/** A process of the machine as ps(1) would show it; jid 0: not in a jail of this host. */
export type Process = {
  pid: number;
  ppid: number;
  uid: number;
  jid: number;
  state: string;
  command: string;
  /** argv, or [name] in brackets as ps shows a process without one */
  argv: string[];
  cpuTicks: number;
  startTicks: number;
  vszBytes: number;
  rssBytes: number;
  pgrp: number;
  session: number;
  tty: number;
  tpgid: number;
  nice: number;
};

export const TICKS_PER_SECOND = 100;
const PAGE = 4096;

const pidNamespace = (pid: number | "self"): string | null => {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return null;
  }
};

/**
 * @param only a jail: its processes alone; undefined: all of the machine. Process 1 of a jail never shows: FreeBSD has none.
 */
export function listProcesses(state: State, { jail }: { jail?: Jail } = {}): Process[] {
  const jails = jail ? [jail] : listJails(state);
  const byNamespace = new Map<string, Jail>();
  for (const one of jails) {
    const namespace = processStart(one.pid) === one.start ? pidNamespace(one.pid) : null;
    if (namespace) byNamespace.set(namespace, one);
  }
  if (jail && !byNamespace.size) return [];
  const found: Process[] = [];
  for (const name of readdirSync("/proc")) {
    if (!/^[0-9]+$/.test(name)) continue;
    const pid = Number(name);
    const owner = byNamespace.get(pidNamespace(pid) ?? "");
    if ((jail && !owner) || owner?.pid === pid) continue;
    const process = readProcess(pid, owner?.jid ?? 0);
    if (process && process.state[0] !== "X") found.push(process);
  }
  return found.sort((a, b) => a.pid - b.pid);
}

function readProcess(pid: number, jid: number): Process | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const open = stat.indexOf("(");
    const close = stat.lastIndexOf(")");
    const name = Buffer.from(stat.slice(open + 1, close), "latin1").toString();
    const f = stat.slice(close + 2).split(" ");
    const n = (field: number) => Number(f[field - 3]);
    const argv = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);
    const status = readFileSync(`/proc/${pid}/status`, "latin1");
    const uid = Number(/^Uid:\t\d+\t(\d+)/m.exec(status)?.[1] ?? 0);
    if (jid && f[0] === "Z") return null;
    return {
      pid,
      // What came by jexec has its waiting parent on the machine; all else hangs below the jail's process 1.
      ppid: jid && n(4) !== 0 && pidNamespace(n(4)) !== pidNamespace(pid) ? 0 : n(4),
      uid,
      jid,
      state: stateOf(f[0]!, n(19), n(6) === pid, n(8) === n(5) && n(7) !== 0, jid > 0),
      command: argv.length ? argv.join(" ") : `[${name}]`,
      argv: argv.length ? argv : [name],
      cpuTicks: n(14) + n(15),
      startTicks: n(22),
      vszBytes: n(23),
      rssBytes: n(24) * PAGE,
      pgrp: n(5),
      session: n(6),
      tty: n(7),
      tpgid: n(8),
      nice: n(19),
    };
  } catch {
    return null;
  }
}

/** @returns the number that a process has in its own pid namespace (proc(5), NSpid) */
export function pidInside(pid: number): number {
  try {
    const numbers = /^NSpid:(.*)$/m
      .exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1]
      ?.trim()
      .split(/\s+/);
    return Number(numbers?.at(-1) ?? pid);
  } catch {
    return pid;
  }
}

/** Letters of FreeBSD's ps: run state, nice, session leader, foreground, jailed. */
function stateOf(letter: string, nice: number, leader: boolean, foreground: boolean, jailed: boolean): string {
  const run = { R: "R", S: "I", D: "D", T: "T", t: "T", Z: "Z", I: "I" }[letter] ?? "S";
  const sign = nice > 0 ? "N" : nice < 0 ? "<" : "";
  return `${run === "I" ? "S" : run}${sign}${leader ? "s" : ""}${foreground ? "+" : ""}${jailed ? "J" : ""}`;
}

/** @returns seconds since 1970 at which the machine was booted, for start times */
export const bootSeconds = (): number => Number(/^btime (\d+)/m.exec(readFileSync("/proc/stat", "latin1"))![1]);

export const uptimeSeconds = (): number => parseFloat(readFileSync("/proc/uptime", "latin1"));

/** @returns pts/N for a controlling terminal's device number, "-" for none */
export function ttyName(tty: number): string {
  const major = (tty >> 8) & 0xfff;
  const minor = (tty & 0xff) | ((tty >> 12) & 0xfff00);
  if (tty === 0) return "-";
  return major >= 136 && major <= 143 ? `pts/${(major - 136) * 256 + minor}` : `tty${minor}`;
}
