import type { Finding } from "../../contract/check-up.ts";
import { finding, line } from "./finding.ts";

/** What lstat(2) says of a path, null when nothing is there. */
export type Place = { path: string; found: { kind: string; mode: number; uid: number } | null };

const octal = (mode: number): string => mode.toString(8).padStart(4, "0");

/**
 * The parent of all jails is root's alone: a setuid program in a jail's tree must not be run by accounts of the host.
 * @param configs files and directories that only root may write to
 */
export function checkPlaces(jails: Place, configs: readonly Place[]): Finding[] {
  const found: Finding[] = [];
  const { path } = jails;
  if (jails.found === null)
    return [finding("root", "note", `${path} is not there yet`, "It is made with the first base.")];
  if (jails.found.kind !== "directory" || (jails.found.mode & 0o077) !== 0 || jails.found.uid !== 0)
    found.push(
      finding(
        "root.mode",
        "bad",
        `${path} can be entered by others than root`,
        "An account of the host could run a setuid program that a jail's root has made, and be root of the host. The panel starts no jail until it is mended.",
        {
          commands: [line("chown", "root:wheel", path), line("chmod", "0700", path)],
          evidence: [`${octal(jails.found.mode)} uid ${jails.found.uid} ${path}`],
        },
      ),
    );
  for (const config of configs) {
    if (config.found === null || ((config.found.mode & 0o022) === 0 && config.found.uid === 0)) continue;
    found.push(
      finding(
        `root.config.${config.path}`,
        "bad",
        `${config.path} can be written to by others than root`,
        "Its exec lines run as root of the host.",
        {
          commands: [line("chown", "root:wheel", config.path), line("chmod", "go-w", config.path)],
          evidence: [`${octal(config.found.mode)} uid ${config.found.uid} ${config.path}`],
        },
      ),
    );
  }
  if (found.length > 0) return found;
  return [finding("root", "ok", `${path} is root's alone`, `Mode ${octal(jails.found.mode)}; the configs too.`)];
}

export type Space = { path: string; totalBytes: number; freeBytes: number; inodes: number; freeInodes: number };

/** Below these the next create, log or mail fails. */
const LITTLE = 0.1;
const VERY_LITTLE = 0.03;

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

/** Free bytes and inodes of the file systems that hold jails, configs and the daemon's state. */
export function checkSpace(spaces: readonly Space[]): Finding[] {
  const found = spaces.flatMap((one): Finding[] => {
    const bytes = one.totalBytes > 0 ? one.freeBytes / one.totalBytes : 1;
    // ZFS makes inodes as it needs them and tells none.
    const inodes = one.inodes > 0 ? one.freeInodes / one.inodes : 1;
    if (bytes >= LITTLE && inodes >= LITTLE) return [];
    const level = bytes < VERY_LITTLE || inodes < VERY_LITTLE ? "bad" : "warn";
    const means =
      bytes < LITTLE
        ? "When it is full, jails can't write, no jail can be made, and a database in a jail may be damaged."
        : "Each file needs an inode: without free ones no file can be made, however much space is left.";
    const title =
      bytes < LITTLE
        ? `Only ${gigabytes(one.freeBytes)} of ${gigabytes(one.totalBytes)} are free for ${one.path}`
        : `Only ${one.freeInodes} of ${one.inodes} inodes are free for ${one.path}`;
    const evidence = [
      `${one.path}: ${one.freeBytes} of ${one.totalBytes} bytes, ${one.freeInodes} of ${one.inodes} inodes free`,
    ];
    return [
      finding(`space.${one.path}`, level, title, means, {
        commands: [line("df", "-hi", one.path), `${line("du", "-xh", "-d", "1", one.path)} | sort -h | tail`],
        evidence,
      }),
    ];
  });
  if (found.length > 0) return found;
  const free = spaces[0] ? `${gigabytes(spaces[0].freeBytes)} are free for ${spaces[0].path}.` : "";
  return [finding("space", "ok", "There is space on the disk", free)];
}
