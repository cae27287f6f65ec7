import type { JailRef } from "../../contract/daemon.ts";
import { KnastError } from "../../contract/errors.ts";
import type { Process } from "../../contract/jail.ts";
import { parseProcesses, PROCESS_COLUMNS } from "../conf/ps.ts";
import type { Daemon } from "../daemon.ts";
import { jailArg } from "../host/programs.ts";
import { outputOf } from "./host-view.ts";
import { isUp } from "./tear-down.ts";

/** jail.processes: asked of the host's ps(1), never of a program in the jail. Throws KnastError not_found, not_running. */
export async function listProcesses(daemon: Daemon, ref: JailRef): Promise<{ processes: Process[] }> {
  const [configured, running] = await Promise.all([daemon.view.configured(), daemon.view.runningNow()]);
  const jail = configured.find((one) => one.name === ref.name);
  const up = running.find((one) => one.name === ref.name && !one.dying);
  if ((!jail && !up) || (ref.id !== undefined && jail?.id !== ref.id)) throw new KnastError("not_found");
  if (!up) throw new KnastError("not_running");
  const args = ["-J", jailArg(ref.name), "-ww", "-o", PROCESS_COLUMNS, "--libxo", "json"];
  const result = await daemon.run("ps", args, { deadline: 20_000, cap: 32 * 1024 * 1024 });
  // It may have ended between the two questions; ps(1) then knows no such jail.
  if (result.status !== 0 && !(await isUp(daemon, ref.name))) throw new KnastError("not_running");
  // Status 1 with nothing said is ps(1)'s way of saying that there is none.
  const none = result.status === 1 && result.stderr.trim() === "";
  return { processes: parseProcesses(none ? result.stdout : outputOf("ps", result)).slice(0, 10_000) };
}
