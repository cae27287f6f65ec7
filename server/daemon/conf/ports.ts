import { PortsUrl } from "../../contract/ports.ts";

/** FreeBSD's own ports tree and its mirror. */
export const PORTS_SOURCES: readonly string[] = [
  "https://git.FreeBSD.org/ports.git",
  "https://github.com/freebsd/freebsd-ports.git",
];

/** @param text of the file in which root names further sources: one URL a line, # begins a comment; @returns those that are URLs */
export const parseSources = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim())
    .filter((line) => PortsUrl.safeParse(line).success)
    .slice(0, 48);

/**
 * @param url one that was approved
 * @returns options before git's own verb: no hooks of the tree, no other protocol (a redirect can't lead to one), no submodules,
 *   nothing that git would start by itself
 */
export const gitOptions = (url: string): string[] =>
  [
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "credential.helper=",
    "submodule.recurse=false",
    "gc.autoDetach=false",
    "protocol.allow=never",
    `protocol.${PortsUrl.parse(url).split(":")[0]}.allow=always`,
  ].flatMap((one) => ["-c", one]);

/** @returns the bytes that `du -skx` printed for its one argument; null when it printed something else */
export function parseDu(text: string): number | null {
  const kib = /^\s*(\d{1,15})\s/.exec(text)?.[1];
  return kib === undefined ? null : Number(kib) * 1024;
}

/** find(1) of FreeBSD says what -delete could not remove, and ends with status 0 all the same. @returns whether something was left */
export const leftSome = ({ status, stderr }: { status: number | null; stderr: string }): boolean =>
  status !== 0 || /^find: -delete: /m.test(stderr);

/** @returns the log's last `max` lines and one more */
export function appendLine(log: string, line: string, max = 200): string {
  const lines = log.split("\n").filter((one) => one !== "");
  return [...lines, line.replace(/\s+/g, " ").slice(0, 400)]
    .slice(-max)
    .map((one) => `${one}\n`)
    .join("");
}
