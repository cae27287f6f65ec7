import { existsSync, readFileSync } from "node:fs";
import { getopt, type Call } from "../io.ts";
import { listProcesses, TICKS_PER_SECOND, uptimeSeconds } from "../processes.ts";
import { findJail, racctOn, writeWhole } from "../state.ts";

const RESOURCES =
  "cputime datasize stacksize coredumpsize memoryuse memorylocked maxproc openfiles vmemoryuse pseudoterminals swapuse nthr msgqqueued msgqsize nmsgq nsem nsemop nshm shmsize wallclock pcpu readbps writebps readiops writeiops".split(
    " ",
  );

/** 128M → 134217728, as expand_number(3). @returns null when it is no number */
function expand(text: string): string | null {
  const match = /^([0-9]+)([kmgtpe]?)b?$/i.exec(text);
  if (!match) return null;
  return String(BigInt(match[1]!) << BigInt(10 * " kmgtpe".indexOf(match[2]!.toLowerCase() || " ")));
}

/** 20480 → 20K, as humanize_number(3) prints it for rctl -h. */
function humanize(value: number): string {
  let n = value;
  let unit = 0;
  while (n >= 10_000 && unit < 5) {
    n = Math.floor(n / 1024);
    unit++;
  }
  return `${n}${["", "K", "M", "G", "T", "P"][unit]}`;
}

/** rctl(8): keeps rules and shows use, enforces nothing; refuses as FreeBSD does while racct is off. */
export function rctl(call: Call): number {
  const parsed = getopt(call, "ahlnru");
  if (!parsed) return 1;
  const { io, state } = call;
  if (!racctOn(state)) {
    io.err("rctl: RACCT/RCTL present, but disabled; enable using kern.racct.enable=1 tunable\n");
    return 1;
  }
  const has = (flag: string) => parsed.flags.some((item) => item.flag === flag);
  const path = state.at("run/rctl");
  const rules = existsSync(path) ? readFileSync(path, "utf8").split("\n").filter(Boolean) : [];
  const save = (lines: string[]) => writeWhole(path, lines.map((line) => `${line}\n`).join(""));
  if (has("a")) {
    for (const text of parsed.rest) {
      const [subject, id, resource, rest] = text.split(":") as [string, string?, string?, string?];
      const [action, amount] = (rest ?? "").split("=");
      const number = expand(amount ?? "");
      if (
        !["jail", "user", "process", "loginclass"].includes(subject) ||
        !id ||
        !RESOURCES.includes(resource ?? "") ||
        !action ||
        number === null
      ) {
        io.err(`rctl: failed to add rule '${text}': Invalid argument\n`);
        return 1;
      }
      rules.push(`${subject}:${id}:${resource}:${action}=${number}`);
    }
    save([...new Set(rules)]);
    return 0;
  }
  if (has("u")) {
    for (const text of parsed.rest) io.out(usage(call, text.split(":")[1] ?? "", has("h")));
    return 0;
  }
  const filters = parsed.rest.length ? parsed.rest : ["::"];
  for (const filter of filters) {
    const cells = filter.split(":");
    const fits = (rule: string) =>
      cells.every(
        (cell, i) => cell === "" || rule.split(":")[i] === cell || rule.split(":")[i]!.split("=")[0] === cell,
      );
    if (has("r")) {
      if (!rules.some(fits)) {
        io.err(`rctl: failed to remove rule '${filter}': No such process\n`);
        return 1;
      }
      save(rules.filter((rule) => !fits(rule)));
    } else for (const rule of rules.filter(fits).sort()) io.out(`${rule}\n`);
  }
  return 0;
}

function usage(call: Call, name: string, human: boolean): string {
  const jail = findJail(call.state, name);
  const processes = jail ? listProcesses(call.state, { jail }) : [];
  const sum = (of: (p: (typeof processes)[number]) => number) => processes.reduce((total, p) => total + of(p), 0);
  const oldest = Math.min(...processes.map((p) => p.startTicks));
  const values: Record<string, number> = {
    cputime: Math.round(sum((p) => p.cpuTicks) / TICKS_PER_SECOND),
    memoryuse: sum((p) => p.rssBytes),
    vmemoryuse: sum((p) => p.vszBytes),
    maxproc: processes.length,
    nthr: processes.length,
    pseudoterminals: new Set(processes.map((p) => p.tty).filter(Boolean)).size,
    wallclock: processes.length ? Math.round(uptimeSeconds() - oldest / TICKS_PER_SECOND) : 0,
  };
  return RESOURCES.map(
    (resource) => `${resource}=${human ? humanize(values[resource] ?? 0) : (values[resource] ?? 0)}\n`,
  ).join("");
}
