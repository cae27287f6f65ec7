import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What `up` noted about this copy; read by every program. */
export type HostConfig = {
  node: string;
  hash: string;
  interface: string;
  bridge: string;
  pool: string;
  address: string;
  pool6?: string;
  address6?: string;
  /** run by an ordinary user, inside a user and net namespace of the keeper's */
  user: boolean;
  jails: string;
};

/** Paths below DIR, the one directory that a devjail host consists of. */
export class State {
  readonly dir: string;
  constructor(dir: string) {
    this.dir = dir;
  }
  at(...parts: string[]): string {
    return join(this.dir, ...parts);
  }
  program(name: string): string {
    return this.at("bin", name);
  }
  private known?: HostConfig;
  config(): HostConfig {
    return (this.known ??= JSON.parse(readFileSync(this.at("run/host.json"), "utf8")) as HostConfig);
  }
  /** FreeBSD's own paths in configs and arguments stay what they are; only defaults like /etc/jail.conf lie below DIR. */
  etc(name: string): string {
    return this.at("etc", name);
  }
}

/** Writes a whole file or none of it. */
export function writeWhole(path: string, text: string, mode = 0o600): void {
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, text, { mode });
  renameSync(temporary, path);
}

/** What /boot/loader.conf would have said: DIR/run/racct holds 1. Off without it, as FreeBSD is. */
export const racctOn = (state: State): boolean =>
  existsSync(state.at("run/racct")) && readFileSync(state.at("run/racct"), "utf8").trim() === "1";

/** Start time of a process in clock ticks (proc(5), stat field 22); null when it is gone or a zombie. */
export function processStart(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? null : fields[19]!;
  } catch {
    return null;
  }
}

/** A running jail, as jail_get(2) would give it. `pid` is its process 1 on the machine. */
export type Jail = {
  jid: number;
  name: string;
  path: string;
  hostname: string;
  ip4: string[];
  ip6: string[];
  /** kernel parameters as given at creation, last value each; flags have an empty one */
  params: Record<string, string>;
  persist: boolean;
  veth: string | null;
  /** addresses for which the machine has a route of its own, as they lie outside of the pool */
  routes: string[];
  pid: number;
  start: string;
};

const RAW_SOCKETS = 1;
const PERSISTS = 2;

/** @returns the bits that the native programs read: what a process in this jail may do beyond the usual */
export const jailFlags = (jail: Pick<Jail, "params" | "persist">): number =>
  (flag(jail.params, "allow.raw_sockets") ? RAW_SOCKETS : 0) | (jail.persist ? PERSISTS : 0);

/** @returns the value of a boolean parameter that may be spelled allow.x, allow.nox or allow.x=0 */
export function flag(params: Record<string, string>, name: string, otherwise = false): boolean {
  const dot = name.lastIndexOf(".") + 1;
  const no = `${name.slice(0, dot)}no${name.slice(dot)}`;
  if (no in params) return !truth(params[no]!);
  return name in params ? truth(params[name]!) : otherwise;
}
/** @returns whether a jail has a network stack of its own */
export const isVnet = ({ params }: Pick<Jail, "params">): boolean => (params["vnet"] ?? "inherit") === "new";

const truth = (value: string): boolean => value === "" || value.toLowerCase() === "true" || parseInt(value, 10) > 0;

const directory = (state: State) => state.at("run/jails");

/** Notes a jail; one line for the native programs, the rest as JSON. */
export function writeJail(state: State, jail: Jail): void {
  const head = `${jail.pid} ${jail.start} ${jailFlags(jail)} ${jail.name}`;
  writeWhole(join(directory(state), String(jail.jid)), `${head}\n${JSON.stringify(jail)}\n`);
}

/** @returns the jails whose process 1 lives, by jid; what is noted of others is history */
export function listJails(state: State): Jail[] {
  return readRecords(state).filter((jail) => processStart(jail.pid) === jail.start);
}

/** @returns noted jails that have ended by themselves or by a kill from outside */
export function listEndedJails(state: State): Jail[] {
  return readRecords(state).filter((jail) => processStart(jail.pid) !== jail.start);
}

function readRecords(state: State): Jail[] {
  const jails: Jail[] = [];
  if (!existsSync(directory(state))) return jails;
  for (const name of readdirSync(directory(state))) {
    if (!/^[0-9]+$/.test(name)) continue;
    try {
      const text = readFileSync(join(directory(state), name), "utf8");
      jails.push(JSON.parse(text.slice(text.indexOf("\n") + 1)) as Jail);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  return jails.sort((a, b) => a.jid - b.jid);
}

/** @param wanted a jail's name, or its jid: digits are always a jid (jail_getid(3)) */
export function findJail(state: State, wanted: string): Jail | null {
  const byJid = /^[0-9]+$/.test(wanted);
  return listJails(state).find((jail) => (byJid ? jail.jid === Number(wanted) : jail.name === wanted)) ?? null;
}

export function forgetJail(state: State, jid: number): void {
  try {
    unlinkSync(join(directory(state), String(jid)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

/** The next free jid; call it with the "jails" lock held. A chosen jid never comes again while the host is up. */
export function takeJid(state: State, wanted?: number): number {
  const path = state.at("run/next-jid");
  const next = existsSync(path) ? Number(readFileSync(path, "utf8")) : 1;
  const taken = new Set(listJails(state).map((jail) => jail.jid));
  let jid = wanted ?? next;
  while (wanted === undefined && taken.has(jid)) jid++;
  if (wanted === undefined) writeWhole(path, String(jid + 1));
  return jid;
}

export const makeDirectory = (path: string, mode = 0o700): void => void mkdirSync(path, { recursive: true, mode });
