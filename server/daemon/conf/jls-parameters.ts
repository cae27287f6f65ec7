import type { Parameter } from "./jail-export.ts";

/** What the kernel holds of a running jail. */
export type KernelJail = { jid: number; name: string; params: Parameter[] };

/**
 * Reads `jls -n`: one jail a line, name=value or a flag's name, a value in quotes when it is empty or has blanks in it.
 * Lines without jid and name are left out.
 */
export function parseJlsParameters(text: string): KernelJail[] {
  return text.split("\n").flatMap((line): KernelJail[] => {
    const params = [...line.matchAll(/([^\s="']+)(?:=("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\S*))?/g)].map(
      ([, name, value]): Parameter => ({ name: name!, value: value === undefined ? null : unquote(value) }),
    );
    const jid = Number(params.find((one) => one.name === "jid")?.value);
    const name = params.find((one) => one.name === "name")?.value;
    return Number.isInteger(jid) && jid > 0 && name ? [{ jid, name, params }] : [];
  });
}

const unquote = (value: string): string =>
  /^(["']).*\1$/s.test(value) && value.length > 1 ? value.slice(1, -1).replace(/\\(.)/gs, "$1") : value;
