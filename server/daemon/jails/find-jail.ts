import { KnastError } from "../../contract/errors.ts";
import type { JailRef } from "../../contract/daemon.ts";
import type { Daemon } from "../daemon.ts";
import type { Configured } from "./configured.ts";

/** A jail with a config file of its own, as start, stop, restart and destroy need it. */
export type OwnedJail = Configured & { file: string };

/**
 * The one way to a jail that a verb changes; reads the config anew.
 * @throws KnastError not_found (no such jail, or another one under this name by now), foreign (no file of its own in jail.conf.d)
 */
export async function findJail(daemon: Daemon, ref: JailRef): Promise<OwnedJail> {
  const jail = (await daemon.view.configuredNow()).find((one) => one.name === ref.name);
  if (!jail) {
    const runs = (await daemon.view.runningNow()).some((one) => one.name === ref.name);
    throw new KnastError(runs && ref.id === undefined ? "foreign" : "not_found");
  }
  if (ref.id !== undefined && jail.id !== ref.id) throw new KnastError("not_found");
  if (jail.file === null) throw new KnastError("foreign");
  return { ...jail, file: jail.file };
}
