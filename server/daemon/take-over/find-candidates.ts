import type { TakeOverCandidate } from "../../contract/take-over.ts";
import type { Daemon } from "../daemon.ts";
import { addressesIn, hostnameOf, importedJails, pathOf } from "./imported-jails.ts";
import { targetOf } from "./plan-take-over.ts";

/** take-over.find: every jail of another tool on this host, by scheme and name. */
export async function findCandidates(daemon: Daemon): Promise<{ candidates: TakeOverCandidate[] }> {
  const [{ jails }, running] = await Promise.all([importedJails(daemon), daemon.view.runningNow()]);
  return {
    candidates: jails.slice(0, 1000).map((jail) => ({
      scheme: jail.scheme,
      name: jail.name,
      target: targetOf(jail),
      hostname: hostnameOf(jail),
      path: pathOf(jail).slice(0, 1024),
      addresses: addressesIn(jail).slice(0, 64),
      jid: running.find((one) => one.name === jail.runsAs && !one.dying)?.jid ?? null,
      sources: jail.sources.slice(0, 20),
      refused: jail.refused?.slice(0, 1000) ?? null,
    })),
  };
}
