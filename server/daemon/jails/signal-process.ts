import type { JailRef } from "../../contract/daemon.ts";
import { KnastError } from "../../contract/errors.ts";
import type { Signal } from "../../contract/jail.ts";
import type { Daemon } from "../daemon.ts";

/**
 * jail.signal, kill(1), run inside the jail by jexec(8): on the host a number that was a process of the jail a moment ago may be
 * anybody's by now, and a hostile root can see to that.
 * @throws KnastError not_found (no such jail, no such process), not_running, timed_out
 */
export async function signalProcess(
  daemon: Daemon,
  { name, id, pid, signal }: JailRef & { pid: number; signal: Signal },
): Promise<Record<string, never>> {
  const [configured, running] = await Promise.all([daemon.view.configured(), daemon.view.runningNow()]);
  const jail = configured.find((one) => one.name === name);
  const up = running.find((one) => one.name === name && !one.dying);
  if ((!jail && !up) || (id !== undefined && jail?.id !== id)) throw new KnastError("not_found");
  if (!up) throw new KnastError("not_running");
  const args = ["-l", String(up.jid), "/bin/kill", "-s", signal, String(pid)];
  const result = await daemon.run("jexec", args, { deadline: 10_000 });
  if (result.timedOut) throw new KnastError("timed_out", { cause: "jexec kill" });
  // Its words come from a program that the jail's root may have replaced: they decide nothing.
  if (result.status !== 0)
    throw new KnastError("not_found", {
      message: "The signal did not arrive: there is no such process any more.",
      cause: result.stderr.slice(0, 200),
    });
  return {};
}
