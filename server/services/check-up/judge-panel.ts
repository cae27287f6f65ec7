import type { Finding } from "../../contract/check-up.ts";
import { canonicalAddress } from "../../contract/ip.ts";

/** Where the panel listens, and the origin at which people reach it. */
export type PanelPlace = { host: string; port: number; origin: string };
type Jail = { name: string; hostname: string; addresses: readonly string[] };

/** security H5, B8: the panel must not be reachable on a jail's address, nor share a host name with a jail, which could read its cookies. */
export function judgePanel({ host, port, origin }: PanelPlace, jails: readonly Jail[]): Finding {
  const listens = canonicalAddress(host.replace(/^\[|\]$/g, "")) ?? host;
  const name = URL.canParse(origin) ? new URL(origin).hostname.replace(/^\[|\]$/g, "") : "";
  const any = listens === "0.0.0.0" || listens === "::";
  const here = jails.find((jail) => jail.addresses.includes(listens));
  const namesake = jails.find(
    (jail) => jail.hostname.toLowerCase() === name || jail.addresses.includes(canonicalAddress(name) ?? ""),
  );
  const evidence = [`HOST=${host} PORT=${port}`, `KNAST_ORIGIN=${origin}`];
  if (here)
    return {
      ...{ id: "panel.address", level: "bad", evidence },
      title: `The panel listens on ${listens}, the address of the jail ${here.name}`,
      means:
        "That jail's root can take the port while the panel is down, and catch passwords. Start the panel with the host's own address in HOST.",
      commands: [],
    };
  if (namesake)
    return {
      ...{ id: "panel.name", level: "bad", evidence },
      title: `The panel is reached under ${name}, the name of the jail ${namesake.name}`,
      means:
        "Browsers send the panel's cookies to a service of that jail too. Give the panel a host name of its own in KNAST_ORIGIN.",
      commands: [],
    };
  if (any)
    return {
      ...{ id: "panel.any", level: "warn", evidence },
      title: `The panel listens on every address (${host}:${port})`,
      means:
        "So it answers on the addresses of jails too, and from inside of them. Start it with the host's own address in HOST, or with 127.0.0.1 behind a proxy.",
      commands: [],
    };
  return {
    ...{ id: "panel", level: "ok", evidence: [], commands: [] },
    title: "The panel keeps to its own address and name",
    means: "",
  };
}
