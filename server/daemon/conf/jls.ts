import { canonicalAddress } from "../../contract/ip.ts";
import { jsonRows, numberOf, textOf } from "./json-rows.ts";

export type RunningJail = {
  jid: number;
  name: string;
  /** the kernel still holds it, nothing runs in it any more */
  dying: boolean;
  hostname: string;
  path: string;
  /** canonical */
  addresses: string[];
};

/**
 * Reads `jls -d --libxo json jid name dying host.hostname path ip4.addr ip6.addr`.
 * Rows without a positive jid are left out. @throws KnastError internal when it is no such JSON
 */
export function parseJls(text: string): RunningJail[] {
  return jsonRows(text, ["jail-information", "jail"])
    .map((row) => ({
      jid: numberOf(row, "jid"),
      name: textOf(row, "name") || textOf(row, "jid"),
      dying: ["true", "1"].includes(textOf(row, "dying")),
      hostname: textOf(row, "host.hostname") || textOf(row, "hostname"),
      path: textOf(row, "path"),
      addresses: [...addresses(row["ip4.addr"]), ...addresses(row["ip6.addr"])],
    }))
    .filter((jail) => Number.isInteger(jail.jid) && jail.jid > 0);
}

/** An array, or a list with commas, or nothing. */
function addresses(value: unknown): string[] {
  const items = Array.isArray(value) ? value : typeof value === "string" ? value.split(",") : [];
  return items.flatMap((item) => (typeof item === "string" && canonicalAddress(item.trim())) || []);
}
