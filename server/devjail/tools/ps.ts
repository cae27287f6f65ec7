import { totalmem } from "node:os";
import { getopt, type Call } from "../io.ts";
import {
  bootSeconds,
  listProcesses,
  pidInside,
  TICKS_PER_SECOND,
  ttyName,
  uptimeSeconds,
  type Process,
} from "../processes.ts";
import { findJail } from "../state.ts";
import { userName } from "./accounts.ts";

type Now = { boot: number; uptime: number; memory: number };

type Column = { key: string; head: string; left?: boolean; value(process: Process, now: Now): string };

const two = (n: number): string => String(n).padStart(2, "0");
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const DAYS = "Sun Mon Tue Wed Thu Fri Sat".split(" ");

const startedAt = (process: Process, now: Now): Date =>
  new Date((now.boot + process.startTicks / TICKS_PER_SECOND) * 1000);

function longStart(process: Process, now: Now): string {
  const at = startedAt(process, now);
  const clock = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(":");
  return `${DAYS[at.getDay()]} ${MONTHS[at.getMonth()]} ${String(at.getDate()).padStart(2)} ${clock} ${at.getFullYear()}`;
}

function shortStart(process: Process, now: Now): string {
  const at = startedAt(process, now);
  const age = now.uptime - process.startTicks / TICKS_PER_SECOND;
  if (age < 24 * 3600) return `${two(at.getHours())}:${two(at.getMinutes())}`;
  if (age < 7 * 24 * 3600) return `${DAYS[at.getDay()]}${two(at.getHours())}`;
  return `${two(at.getDate())}${MONTHS[at.getMonth()]}${two(at.getFullYear() % 100)}`;
}

function cpuTime(process: Process): string {
  const hundredths = Math.round((process.cpuTicks * 100) / TICKS_PER_SECOND);
  return `${Math.floor(hundredths / 6000)}:${two(Math.floor(hundredths / 100) % 60)}.${two(hundredths % 100)}`;
}

/** Over the life of the process, as there is one reading of the counters only. */
function cpuPercent(process: Process, now: Now): string {
  const age = Math.max(now.uptime - process.startTicks / TICKS_PER_SECOND, 0.1);
  return ((100 * process.cpuTicks) / TICKS_PER_SECOND / age).toFixed(1);
}

const kibi = (bytes: number): string => String(Math.round(bytes / 1024));

const COLUMNS: Record<string, Column> = {
  pid: { key: "pid", head: "PID", value: (p) => String(p.pid) },
  ppid: { key: "ppid", head: "PPID", value: (p) => String(p.ppid) },
  pgid: { key: "process-group", head: "PGID", value: (p) => String(p.pgrp) },
  sid: { key: "sid", head: "SID", value: (p) => String(p.session) },
  tpgid: { key: "terminal-process-gid", head: "TPGID", value: (p) => String(p.tpgid) },
  jid: { key: "jail-id", head: "JID", value: (p) => String(p.jid) },
  uid: { key: "uid", head: "UID", value: (p) => String(p.uid) },
  user: { key: "user", head: "USER", left: true, value: (p) => userName(p.uid) },
  pcpu: { key: "percent-cpu", head: "%CPU", value: cpuPercent },
  pmem: { key: "percent-memory", head: "%MEM", value: (p, now) => ((100 * p.rssBytes) / now.memory).toFixed(1) },
  rss: { key: "rss", head: "RSS", value: (p) => kibi(p.rssBytes) },
  vsz: { key: "virtual-size", head: "VSZ", value: (p) => kibi(p.vszBytes) },
  tt: { key: "terminal-name", head: "TT", value: (p) => ttyName(p.tty).replace("pts/", "") },
  tty: { key: "terminal-name", head: "TTY", value: (p) => ttyName(p.tty) },
  state: { key: "state", head: "STAT", left: true, value: (p) => p.state },
  start: { key: "start-time", head: "STARTED", value: shortStart },
  lstart: { key: "start-time", head: "STARTED", left: true, value: longStart },
  time: { key: "cpu-time", head: "TIME", value: cpuTime },
  command: { key: "command", head: "COMMAND", left: true, value: (p) => p.command },
  comm: { key: "command", head: "COMMAND", left: true, value: (p) => p.argv[0]!.split("/").at(-1)! },
  nice: { key: "nice", head: "NI", value: (p) => String(p.nice) },
};
const ALIASES: Record<string, string> = {
  "%cpu": "pcpu",
  "%mem": "pmem",
  vsize: "vsz",
  args: "command",
  stat: "state",
  ucomm: "comm",
  ni: "nice",
};

/** ps(1): -J jail, -p pids, -t terminals, -o columns, -a -x, the letters of `auxww`, --libxo json[,pretty]. */
export function ps(call: Call): number {
  const args: string[] = [];
  let json = "";
  for (let i = 0; i < call.args.length; i++) {
    const word = call.args[i]!;
    if (word === "--libxo") json = call.args[++i] ?? "json";
    else if (word.startsWith("--libxo=")) json = word.slice(8);
    else args.push(i === 0 && !word.startsWith("-") ? `-${word}` : word);
  }
  const parsed = getopt({ ...call, args }, "aCcdefHhjJ:LlM:mN:O:o:p:rSTt:U:uvwXxZ");
  if (!parsed) {
    call.io.err("usage: ps [--libxo] [-aCcdeHhjlmrSTuvwXxZ] [-O fmt | -o fmt]\n");
    return 1;
  }
  const value = (flag: string) => parsed.flags.findLast((item) => item.flag === flag)?.value;
  const has = (flag: string) => parsed.flags.some((item) => item.flag === flag);
  const names = parsed.flags.filter((item) => item.flag === "o").flatMap((item) => item.value.split(/[\s,]+/));
  const wanted = names.length
    ? names
    : has("u")
      ? "user pid pcpu pmem vsz rss tt state start time command".split(" ")
      : "pid tty state time command".split(" ");
  const columns: Column[] = [];
  for (const name of wanted) {
    const [plain] = name.split("=");
    const column = COLUMNS[ALIASES[plain!] ?? plain!];
    if (!column) {
      call.io.err(`ps: ${plain}: keyword not found\n`);
      if (wanted.length === 1) call.io.err("ps: no valid keywords; valid keywords:\n");
      continue;
    }
    columns.push(column);
  }
  if (!columns.length) return 1;
  const processes = select(
    call,
    value("J"),
    value("p"),
    value("U"),
    has("x") || has("J") || has("p"),
    has("a") || has("e"),
    value("t"),
  );
  if (!processes) return 1;
  const now: Now = { boot: bootSeconds(), uptime: uptimeSeconds(), memory: totalmem() };
  const rows = processes.map((process) => columns.map((column) => column.value(process, now)));
  if (json) printJson(call, columns, rows, json.includes("pretty"));
  else printText(call, columns, rows);
  return rows.length || !value("p") ? 0 : 1;
}

function select(
  call: Call,
  jails: string | undefined,
  pids: string | undefined,
  users: string | undefined,
  withoutTty: boolean,
  all: boolean,
  ttys: string | undefined,
): Process[] | null {
  if (jails !== undefined) {
    const found: Process[] = [];
    for (const name of jails.split(/[\s,]+/).filter(Boolean)) {
      const jail = name === "0" ? undefined : findJail(call.state, name);
      if (jail === null) {
        call.io.err(`ps: No such jail: ${name}\n`);
        return null;
      }
      found.push(...(jail ? asInside(listProcesses(call.state, { jail })) : hostsOwn(call)));
    }
    return found;
  }
  let list = listProcesses(call.state);
  if (ttys !== undefined) {
    const wanted = new Set(ttys.split(/[\s,]+/));
    return list.filter((p) => p.tty !== 0 && wanted.has(ttyName(p.tty)));
  }
  if (pids !== undefined) {
    const wanted = new Set(pids.split(/[\s,]+/).map(Number));
    return list.filter((p) => wanted.has(p.pid));
  }
  if (users !== undefined) list = list.filter((p) => users.split(",").includes(userName(p.uid)));
  if (!all && users === undefined) list = list.filter((p) => p.uid === process.getuid!());
  return withoutTty ? list : list.filter((p) => p.tty !== 0);
}

const hostsOwn = (call: Call): Process[] => listProcesses(call.state).filter((p) => p.jid === 0);

/** FreeBSD numbers a jail's processes once; here those of one jail bear the numbers that kill(1) in it takes. */
function asInside(processes: Process[]): Process[] {
  const inner = new Map(processes.map(({ pid }) => [pid, pidInside(pid)]));
  return processes.map((one) => ({ ...one, pid: inner.get(one.pid)!, ppid: inner.get(one.ppid) ?? (one.ppid && 1) }));
}

function printText(call: Call, columns: Column[], rows: string[][]): void {
  const widths = columns.map((column, i) => Math.max(column.head.length, ...rows.map((row) => row[i]!.length)));
  const line = (cells: string[]) =>
    cells
      .map((cell, i) =>
        i === cells.length - 1 && columns[i]!.left
          ? cell
          : columns[i]!.left
            ? cell.padEnd(widths[i]!)
            : cell.padStart(widths[i]!),
      )
      .join(" ");
  call.io.out(`${[columns.map((column) => column.head), ...rows].map(line).join("\n")}\n`);
}

function printJson(call: Call, columns: Column[], rows: string[][], pretty: boolean): void {
  const items = rows.map((row) => row.map((cell, i) => [columns[i]!.key, cell] as const));
  if (pretty) {
    const list = items.map(
      (cells) =>
        `      {\n${cells.map(([k, v]) => `        ${JSON.stringify(k)}: ${JSON.stringify(v)}`).join(",\n")}\n      }`,
    );
    call.io.out(`{\n  "process-information": {\n    "process": [\n${list.join(",\n")}\n    ]\n  }\n}\n`);
    return;
  }
  const list = items.map(
    (cells) => `{${cells.map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`).join(",")}}`,
  );
  call.io.out(`{"process-information": {"process": [${list.join(", ")}]}}\n`);
}
