import type { KnownJail } from "../conf/validate.ts";
import type { RunningJail } from "../conf/jls.ts";
import type { Daemon } from "../daemon.ts";
import { jailsElsewhere } from "../take-over/imported-jails.ts";

/** Finds jails that `jail -e` does not list: blocks of rc.conf, other programs' configs. A reader that fails is passed over. */
export type JailReader = (daemon: Daemon) => Promise<KnownJail[]>;

/** Their names and addresses count as taken. */
const ELSEWHERE: readonly JailReader[] = [jailsElsewhere];

/** @returns every jail that has a name and addresses, running or not, but those that only run: configured, being made, elsewhere */
export async function knownJails(daemon: Daemon): Promise<KnownJail[]> {
  const [configured, ...elsewhere] = await Promise.all([
    daemon.view.configuredNow(),
    ...ELSEWHERE.map((read) => read(daemon).catch(() => [])),
  ]);
  return [...configured, ...daemon.reservations.all(), ...elsewhere.flat()];
}

/** @returns what jls lists, now; jls knows no address of a vnet jail, so those that its config sets are put to it */
export async function runningWithVnet(daemon: Daemon): Promise<RunningJail[]> {
  const [running, configured] = await Promise.all([daemon.view.runningNow(), daemon.view.configured()]);
  return running.map((jail) => {
    if (jail.addresses.length > 0) return jail;
    const config = configured.find((one) => one.name === jail.name);
    return config ? { ...jail, addresses: config.addresses } : jail;
  });
}
