import { canonicalAddress } from "../../contract/ip.ts";

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
  const jails: ConfiguredJail[] = [];
  let at = 0;
  while (at < text.length) {
    const params: Parameter[] = [];
    while (at < text.length && text[at] !== "\n") {
      let end = at;
      while (end < text.length && !isEnd(text[end]!) && text[end] !== "=") end++;
      const name = text.slice(at, end);
      at = end;
      let value: string | null = null;
      if (text[at] === "=") {
        const items: string[] = [];
        do {
          const item = readItem(text, at + 1);
          items.push(item.text);
          at = item.end;
        } while (text[at] === ",");
        value = items.join(",");
      }
      if (name !== "") params.push({ name, value });
      if (text[at] === EXPORT_SEPARATOR) at++;
    }
    at++;
    if (params.length > 0) jails.push({ name: params.find((param) => param.name === "name")?.value ?? null, params });
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

/** @returns all addresses of a jail's config, canonical, each once: without interface, prefix and further words (jail(8), ip4.addr) */
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
  return [...found];
}
