import { setTimeout as wait } from "node:timers/promises";
import { listProcesses } from "../processes.ts";
import type { Jail } from "../state.ts";
import type { Runner } from "./command.ts";

const DEFAULT_SECONDS = 10;

/** SIGTERM to all that is in the jail, then up to stop.timeout seconds for it to end; the rest is killed with the jail. */
export async function terminate(runner: Runner, jail: Jail): Promise<void> {
  const seconds = runner.params.number("stop.timeout") ?? DEFAULT_SECONDS;
  if (seconds === 0) return;
  const living = () => listProcesses(runner.call.state, { jail }).map((process) => process.pid);
  const told = living();
  if (!told.length) return;
  for (const pid of told)
    try {
      process.kill(pid, "SIGTERM");
    } catch {
      // It ended on its own in between.
    }
  if (runner.verbose) runner.note(`sent SIGTERM to: ${told.join(" ")}`);
  for (const deadline = Date.now() + seconds * 1000; Date.now() < deadline; await wait(10)) {
    const left = new Set(living());
    if (!told.some((pid) => left.has(pid))) return;
  }
  if (runner.verbose) runner.note("timed out");
}
