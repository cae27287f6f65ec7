import { readlinkSync } from "node:fs";
import type { Call } from "../io.ts";
import { listProcesses } from "../processes.ts";
import { listJails } from "../state.ts";

const USAGE =
  "usage: procstat [--libxo] [-h] [-M core] [-N system] [-w interval] command\n                [pid ... | core ...]\n";

/**
 * procstat(1) with the command pwdx: working directories as the host names them, so a jail's begin with its path; one that was
 * removed is empty.
 */
export function procstat(call: Call): number {
  const words = call.args.filter((word) => word !== "-h");
  const json = words.some((word) => word.startsWith("--libxo=json"));
  const [command, ...pids] = words.filter((word) => !word.startsWith("--libxo"));
  if (command !== "pwdx" || pids.length === 0 || pids.some((pid) => !/^[0-9]+$/.test(pid))) {
    call.io.err(USAGE);
    return 64;
  }
  const all = listProcesses(call.state);
  const found = pids.flatMap((pid) => {
    const one = all.find((each) => each.pid === Number(pid));
    const cwd = one ? directoryOf(one.pid) : null;
    if (!one || cwd === null) return [];
    const root = listJails(call.state).find((jail) => jail.jid === one.jid)?.path ?? "";
    return [{ pid: one.pid, cwd: cwd === "" ? "" : `${root}${root !== "" && cwd === "/" ? "" : cwd}` }];
  });
  if (json) {
    const rows = Object.fromEntries(found.map(({ pid, cwd }) => [pid, { process_id: pid, cwd }]));
    call.io.out(`${JSON.stringify({ procstat: { __version: "2", pwd: rows } })}\n`);
  } else for (const { pid, cwd } of found) call.io.out(`${pid}:  ${cwd}\n`);
  return 0;
}

/** @returns null when the process has gone, "" for a directory that was removed; as the process itself sees it (proc(5)) */
function directoryOf(pid: number): string | null {
  try {
    const cwd = readlinkSync(`/proc/${pid}/cwd`);
    return cwd.endsWith(" (deleted)") ? "" : cwd;
  } catch {
    return null;
  }
}
