import { setTimeout as wait } from "node:timers/promises";
import { hostop } from "../hostop.ts";
import { locked } from "../lock.ts";
import { returnInterfaces } from "../interfaces.ts";
import { forgetJail, processStart, type Jail, type State } from "../state.ts";

/**
 * jail_remove(2): kills all of a jail and waits until it is gone; its cable and routes go with it, mounts and aliases stay.
 * @throws Error when its processes do not end within 30 s (one of them hangs in the kernel)
 */
export async function removeJail(state: State, jail: Jail): Promise<void> {
  if (processStart(jail.pid) === jail.start) {
    try {
      process.kill(jail.pid, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
    for (const deadline = Date.now() + 30_000; processStart(jail.pid) === jail.start; await wait(2))
      if (Date.now() > deadline) throw new Error(`jail: ${jail.name}: process ${jail.pid} does not end`);
  }
  await dropNetwork(state, jail);
  forgetJail(state, jail.jid);
}

/** Takes a jail's cable and routes off the machine; a jail that ended by itself left its routes. */
export async function dropNetwork(state: State, jail: Jail): Promise<void> {
  await locked(state, "aliases", () => returnInterfaces(state, jail.jid));
  if (jail.veth) hostop(state, "unlink", [jail.veth]);
  if (jail.routes.length) hostop(state, "route", ["del", state.config().bridge, ...jail.routes]);
}
