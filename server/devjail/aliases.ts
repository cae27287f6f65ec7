import { existsSync, readFileSync } from "node:fs";
import { isIPv4, isIPv6 } from "node:net";
import { writeWhole, type State } from "./state.ts";

/** An address on the host's one interface beside its own. */
export type Alias = { address: string; bits: number };

const path = (state: State) => state.at("run/aliases.json");

export const readAliases = (state: State): Alias[] =>
  existsSync(path(state)) ? (JSON.parse(readFileSync(path(state), "utf8")) as Alias[]) : [];

export const writeAliases = (state: State, aliases: Alias[]): void => writeWhole(path(state), JSON.stringify(aliases));

/** @returns an address as inet_ntop(3) writes it; null when it is none */
export function readAddress(text: string): string | null {
  if (isIPv4(text)) return text;
  if (!isIPv6(text) || text.includes("%")) return null;
  return new URL(`http://[${text}]/`).hostname.slice(1, -1);
}
