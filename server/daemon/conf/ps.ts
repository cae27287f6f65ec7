import type { Process } from "../../contract/jail.ts";
import { jsonRows, numberOf, type Row, textOf } from "./json-rows.ts";

/** The columns of the two calls, in ps(1)'s order. */
export const PROCESS_COLUMNS = "pid,ppid,user,%cpu,rss,vsz,lstart,time,state,command";
export const USAGE_COLUMNS = "jid,pcpu,rss,lstart";

const KIB = 1024;
const rows = (text: string): Row[] => jsonRows(text, ["process-information", "process"]);
/** A jail's root chooses what its processes are called: no control characters, no endless lines. */
const clean = (text: string, max: number): string => text.replace(/[\x00-\x1f\x7f-\x9f]/g, "?").slice(0, max);
const whole = (value: number): number => Math.max(0, Math.trunc(value));

/** Reads `ps -J NAME -ww -o PROCESS_COLUMNS --libxo json`. @throws KnastError internal when it is no such JSON */
export function parseProcesses(text: string): Process[] {
  return rows(text).map((row) => ({
    pid: whole(numberOf(row, "pid")),
    ppid: whole(numberOf(row, "ppid")),
    user: clean(textOf(row, "user"), 64),
    cpuPercent: numberOf(row, "percent-cpu"),
    rssBytes: numberOf(row, "rss") * KIB,
    vszBytes: numberOf(row, "virtual-size") * KIB,
    started: clean(textOf(row, "start-time"), 64),
    cpuTime: clean(textOf(row, "cpu-time"), 32),
    state: clean(textOf(row, "state"), 16),
    command: clean(textOf(row, "command"), 4096),
  }));
}

export type Usage = {
  processes: number;
  cpuPercent: number;
  rssBytes: number;
  /** ISO 8601, start of the oldest process */
  since: string | null;
};

/** Reads `ps -axo USAGE_COLUMNS --libxo json`: sums per jid, the host's own (jid 0) left out. */
export function parseUsage(text: string): Map<number, Usage> {
  const usage = new Map<number, Usage>();
  for (const row of rows(text)) {
    const jid = numberOf(row, "jail-id");
    if (jid <= 0) continue;
    const sum = usage.get(jid) ?? { processes: 0, cpuPercent: 0, rssBytes: 0, since: null };
    const since = parseStartTime(textOf(row, "start-time"));
    usage.set(jid, {
      processes: sum.processes + 1,
      cpuPercent: Math.max(0, sum.cpuPercent + numberOf(row, "percent-cpu")),
      rssBytes: sum.rssBytes + Math.max(0, numberOf(row, "rss")) * KIB,
      since: since && (!sum.since || since < sum.since) ? since : sum.since,
    });
  }
  return usage;
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** ps(1)'s lstart in the C locale and the host's zone, "Mon Nov 23 19:52:57 2026", as ISO 8601; null if it is none. */
export function parseStartTime(text: string): string | null {
  const found = /^[A-Z][a-z]{2} +([A-Z][a-z]{2}) +(\d{1,2}) (\d{2}):(\d{2}):(\d{2}) (\d{4})$/.exec(text.trim());
  const month = found ? MONTHS.indexOf(found[1]!) : -1;
  if (!found || month < 0) return null;
  const [day, hour, minute, second, year] = found.slice(2).map(Number) as [number, number, number, number, number];
  return new Date(year, month, day, hour, minute, second).toISOString();
}
