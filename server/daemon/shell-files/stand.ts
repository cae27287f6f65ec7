import { KnastError } from "../../contract/errors.ts";
import { ROOT } from "../../contract/shell-choice.ts";
import { InnerPath } from "../../contract/shell-file.ts";
import type { Daemon } from "../daemon.ts";
import { realPath } from "../host/disk.ts";

type Host = Pick<Daemon, "run" | "terminals" | "view">;
/** In whose name something is done in a jail: `user` is null for root. */
export type Inside = { jail: { name: string; jid: number }; user: string | null };

const DEADLINE = 10_000;

type Row = { pid: number; pgid: number; tpgid: number; jid: number; uid: number };

/** Reads `ps -o pid,pgid,tpgid,jid,uid`: lines of five numbers. */
export function parseForeground(text: string, jid: number): Row | null {
  const rows = text.split("\n").flatMap((line): Row[] => {
    const cells = line.trim().split(/\s+/);
    if (cells.length !== 5 || !cells.every((cell) => /^-?[0-9]{1,10}$/.test(cell))) return [];
    const [pid, pgid, tpgid, of, uid] = cells.map(Number) as [number, number, number, number, number];
    return of === jid && pid > 0 ? [{ pid, pgid, tpgid, jid: of, uid }] : [];
  });
  const front = rows.filter((row) => row.pgid === row.tpgid);
  return front.find((row) => row.pid === row.tpgid) ?? front[0] ?? rows[0] ?? null;
}

/** Reads `procstat --libxo=json pwdx PID`. @returns the directory as the host names it; null when it has none any more */
export function parseDirectory(text: string): string | null {
  let found: string | null = null;
  try {
    JSON.parse(text, (key, value: unknown) => {
      if (key === "cwd" && typeof value === "string" && value.startsWith("/")) found = value;
      return value;
    });
  } catch {
    return null;
  }
  return found;
}

/** @returns a path of the host as it is called in the jail whose root is `root`, null when it is not below it */
export function innerPath(root: string, path: string): string | null {
  if (root === "/") return path;
  if (path === root) return "/";
  return path.startsWith(`${root}/`) ? path.slice(root.length) : null;
}

/**
 * What runs in the foreground of a shell: on whose behalf, as a name of the jail's own (jexec -U), and the number that it has on
 * the host. In a shell that is not root's that is always its own account: su(1) asking for a password has root's power, and who
 * looks at it not. @throws KnastError not_found
 */
export async function foregroundOf(host: Host, terminal: string): Promise<Inside & { pid: number }> {
  const { jail, tty, account } = host.terminals.openShell(terminal);
  const columns = ["-o", "pid,pgid,tpgid,jid,uid", "-t", tty];
  const listed = await host.run("ps", columns, { deadline: DEADLINE });
  const front = parseForeground(listed.stdout, jail.jid);
  if (!front) throw new KnastError("not_found", { message: "Nothing runs in this shell any more." });
  if (account !== ROOT) return { jail, user: account, pid: front.pid };
  return { jail, user: front.uid === 0 ? null : await nameOf(host, jail.jid, front.uid), pid: front.pid };
}

/** The jail's own name for a number: an account of the host's with the same one is somebody else. */
async function nameOf({ run }: Host, jid: number, uid: number): Promise<string> {
  const asked = await run("jexec", [String(jid), "/usr/bin/id", "-un", String(uid)], { deadline: DEADLINE, cap: 256 });
  const name = /^([A-Za-z0-9_][A-Za-z0-9_.-]{0,31})\n$/.exec(asked.stdout)?.[1];
  if (asked.status !== 0 || name === undefined)
    throw new KnastError("not_found", {
      message: `The account ${uid}, which runs in this shell, has no name in the jail.`,
    });
  return name;
}

/** The working directory of a process in a jail, as the jail calls it. @throws KnastError not_found */
export async function directoryOf(host: Host, { jail, pid }: { jail: Inside["jail"]; pid: number }): Promise<string> {
  const [asked, running] = await Promise.all([
    host.run("procstat", ["--libxo=json", "pwdx", String(pid)], { deadline: DEADLINE }),
    host.view.running(),
  ]);
  const root = running.find((one) => one.jid === jail.jid)?.path;
  const directory = parseDirectory(asked.stdout);
  const inner = root && directory ? innerPath(await realPath(root), directory) : null;
  const parsed = InnerPath.safeParse(inner);
  if (!parsed.success)
    throw new KnastError("not_found", { message: "The directory in which this shell stands is not there any more." });
  return parsed.data;
}

/** argv of jexec(8) for a script of scripts.ts. Its arguments are data for it, whatever they are. */
export const inJail = ({ jail, user }: Inside, script: string, args: readonly string[]): string[] => [
  ...(user === null ? [] : ["-U", user]),
  String(jail.jid),
  "/bin/sh",
  "-c",
  script,
  "knast",
  ...args,
];
