import { canonicalAddress } from "../../contract/ip.ts";
import { readVnet } from "./vnet.ts";

/** Separator for `jail -e`: a control character, which no value that we render can hold. */
export const EXPORT_SEPARATOR = "\x1f";

export type Parameter = { name: string; value: string | null };
/** `name` is null for a jail with a number for a name: jail(8) takes it as a jid and prints no name. */
export type ConfiguredJail = { name: string | null; params: Parameter[] };

/**
 * Reads what `jail [-f FILE] -e EXPORT_SEPARATOR` prints: one jail a line, variables and defaults applied already.
 * A bare flag has the value null; the items of a list are joined by commas.
 */
export function parseJailExport(text: string): ConfiguredJail[] {
  return parseExportLists(text).map(({ name, params }) => ({
    name,
    params: params.map((one) => ({ name: one.name, value: one.values?.join(",") ?? null })),
  }));
}

/** The same with each item of a list on its own; a bare flag has null. An item without blanks that holds a comma itself is told from a list by nothing. */
export function parseExportLists(
  text: string,
): { name: string | null; params: { name: string; values: string[] | null }[] }[] {
  const jails: ReturnType<typeof parseExportLists> = [];
  let at = 0;
  while (at < text.length) {
    const params: { name: string; values: string[] | null }[] = [];
    while (at < text.length && text[at] !== "\n") {
      let end = at;
      while (end < text.length && !isEnd(text[end]!) && text[end] !== "=") end++;
      const name = text.slice(at, end);
      at = end;
      let values: string[] | null = null;
      if (text[at] === "=") {
        const items: string[] = [];
        do {
          const item = readItem(text, at + 1);
          items.push(item.text);
          at = item.end;
        } while (text[at] === ",");
        values = items;
      }
      if (name !== "") params.push({ name, values });
      if (text[at] === EXPORT_SEPARATOR) at++;
    }
    at++;
    if (params.length > 0)
      jails.push({ name: params.find((one) => one.name === "name")?.values?.join(",") ?? null, params });
  }
  return jails;
}

const isEnd = (c: string): boolean => c === EXPORT_SEPARATOR || c === "\n";

/** One item of a value: in quotes when it is empty or holds blanks or quotes; backslashes are doubled in any case. */
function readItem(text: string, start: number): { text: string; end: number } {
  const quoteMark = text[start] === '"' || text[start] === "'" ? text[start]! : null;
  let at = quoteMark ? start + 1 : start;
  let out = "";
  while (at < text.length) {
    const c = text[at]!;
    if (c === "\\" && at + 1 < text.length) {
      out += text[at + 1];
      at += 2;
    } else if (quoteMark ? c === quoteMark : c === "," || isEnd(c)) {
      return { text: out, end: quoteMark ? at + 1 : at };
    } else {
      out += c;
      at++;
    }
  }
  return { text: out, end: at };
}

/** @returns value of a parameter, the last one if it stands there twice; "" for a flag, undefined if absent */
export function parameterOf(jail: ConfiguredJail, name: string): string | undefined {
  const found = jail.params.findLast((param) => param.name === name);
  return found && (found.value ?? "");
}

/** @returns all addresses of a jail's config, canonical, each once: of ip4.addr and ip6.addr without interface, prefix and further words, and those that a vnet jail's exec lines set */
export function addressesOf(jail: ConfiguredJail): string[] {
  const found = new Set<string>();
  for (const { name, value } of jail.params) {
    if ((name !== "ip4.addr" && name !== "ip6.addr") || value === null) continue;
    for (const item of value.split(",")) {
      const word = item.slice(item.indexOf("|") + 1).trim();
      const address = canonicalAddress(word.split(/[\s/%]/, 1)[0] ?? "");
      if (address) found.add(address);
    }
  }
  for (const { address } of readVnet(jail.params)?.addresses ?? []) found.add(address);
  return [...found];
}
