import { HostPath } from "../../contract/names.ts";
import { Pool } from "../../contract/pool.ts";

export type Options = {
  socket: string;
  group: number;
  state: string;
  jails: string;
  etc: string;
  log: string;
  world: string;
  foreign: string;
  programs: string[];
  pools: Pool[];
  /** shells in number, and in seconds */
  shells: Shells;
  /** tests only: where this process ends itself by SIGKILL, or the file that says so */
  killAt: KillPoint | { file: string } | null;
  /** tests only: the programs of one directory may take so many milliseconds at most, whatever their own deadline is */
  hurry: Hurry | null;
};

export type Shells = { total?: number; perActor?: number; perJail?: number; idleAfter?: number; longest?: number };
export type Hurry = { directory: string; milliseconds: number };
export type KillPoint = { verb: string; step: string; when: "before" | "after" };

/** Its message is for the person at the terminal. */
export class UsageError extends Error {}

const PATHS = ["socket", "state", "jails", "etc", "log", "world", "foreign"] as const;
/** Option, what it sets, the least and the most that make sense; 0 seconds of `longest` is no end. */
const SHELLS = {
  shells: ["total", 1, 2000],
  "shells-per-person": ["perActor", 1, 2000],
  "shells-per-jail": ["perJail", 1, 2000],
  "shell-idle": ["idleAfter", 60, 366 * 86_400],
  "shell-longest": ["longest", 0, 366 * 86_400],
} as const satisfies Record<string, readonly [keyof Shells, number, number]>;
/** Directories whose mode knastd sets. */
const OWN: ReadonlySet<string> = new Set(["state", "jails"]);

/**
 * @param args what follows the program's name: `--name value` or `--name=value`
 * @returns the options of ARCHITECTURE.md's table with their defaults
 * @throws UsageError
 */
export function parseOptions(args: readonly string[]): Options {
  const options: Options = {
    socket: "/var/run/knast/knastd.sock",
    group: 0,
    state: "/var/db/knast/daemon",
    jails: "/usr/jails",
    etc: "/etc",
    log: "/var/log",
    world: "/",
    foreign: "/",
    programs: ["/sbin", "/bin", "/usr/sbin", "/usr/bin", "/usr/local/bin"],
    pools: [],
    shells: {},
    killAt: null,
    hurry: null,
  };
  for (let i = 0; i < args.length; i++) {
    const [, name, inline] = /^--([a-z-]+)(?:=(.*))?$/s.exec(args[i]!) ?? [];
    if (name === undefined) throw new UsageError(`What is ${args[i]}? Options look like --socket PATH.`);
    const value = inline ?? args[++i];
    if (value === undefined || value === "") throw new UsageError(`--${name} needs a value.`);
    setOption(options, name, value);
  }
  return options;
}

function setOption(options: Options, name: string, value: string): void {
  const path = PATHS.find((one) => one === name);
  if (path) options[path] = parsePath(name, value);
  if (path && OWN.has(path) && options[path] === "/")
    throw new UsageError(`--${name}: / is not knastd's own; it would be closed to everybody else.`);
  if (path) return;
  if (name === "group") options.group = parseGroup(value);
  else if (name === "programs") options.programs = value.split(":").map((one) => parsePath(name, one));
  else if (name in SHELLS) setShells(options.shells, name as keyof typeof SHELLS, value);
  else if (name === "pool") options.pools.push(parsePool(value));
  else if (name === "kill-at") options.killAt = parseKillAt(value);
  else if (name === "hurry") options.hurry = parseHurry(value);
  else throw new UsageError(`There is no option --${name}.`);
}

/** Absolute, without dot segments, spaces and quotes: it stands in fstab(5) and jail.conf(5) as it is. */
function parsePath(name: string, value: string): string {
  const path = value === "/" ? value : value.replace(/\/+$/, "");
  if (!HostPath.safeParse(path).success || !/^\/[A-Za-z0-9._@+/-]*$/.test(path) || path.includes("//"))
    throw new UsageError(`--${name}: ${JSON.stringify(value)} is no absolute path of plain characters.`);
  return path;
}

function setShells(shells: Shells, name: keyof typeof SHELLS, value: string): void {
  const [what, least, most] = SHELLS[name];
  const number = /^(0|[1-9][0-9]{0,8})$/.test(value) ? Number(value) : NaN;
  if (!(number >= least && number <= most)) throw new UsageError(`--${name} takes a number from ${least} to ${most}.`);
  shells[what] = number;
}

function parseGroup(value: string): number {
  if (!/^(0|[1-9][0-9]{0,8})$/.test(value)) throw new UsageError("--group takes a numeric group id.");
  return Number(value);
}

function parsePool(value: string): Pool {
  const [, name, block] = /^([^=]+)=(.+)$/.exec(value) ?? [];
  const pool = Pool.safeParse({ interface: name, block });
  if (!pool.success) throw new UsageError("--pool takes IF=BLOCK, for example vtnet0=10.0.2.0/24.");
  return pool.data;
}

function parseHurry(value: string): Hurry {
  const [, directory, milliseconds] = /^(.+)=([1-9][0-9]{0,8})$/.exec(value) ?? [];
  if (!directory) throw new UsageError("--hurry takes DIR=MILLISECONDS.");
  return { directory: parsePath("hurry", directory), milliseconds: Number(milliseconds) };
}

/** A file is read at each point, so that a test may change it while knastd runs. */
function parseKillAt(value: string): KillPoint | { file: string } {
  return value.startsWith("/") ? { file: parsePath("kill-at", value) } : parseKillPoint(value);
}

/** @throws UsageError */
export function parseKillPoint(value: string): KillPoint {
  const [, verb, step, when] = /^([a-z.-]+):([a-z0-9-]+):(before|after)$/.exec(value) ?? [];
  if (!verb || !step) throw new UsageError("--kill-at takes VERB:STEP:before or VERB:STEP:after.");
  return { verb, step, when: when as "before" | "after" };
}
