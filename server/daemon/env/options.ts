import { HostPath } from "../../contract/names.ts";
import { Pool } from "../../contract/jail.ts";

export type Options = {
  socket: string;
  group: number;
  state: string;
  jails: string;
  etc: string;
  log: string;
  world: string;
  programs: string[];
  pools: Pool[];
  /** tests only: where this process ends itself by SIGKILL */
  killAt: KillPoint | null;
};

export type KillPoint = { verb: string; step: string; when: "before" | "after" };

/** Its message is for the person at the terminal. */
export class UsageError extends Error {}

const PATHS = ["socket", "state", "jails", "etc", "log", "world"] as const;
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
    programs: ["/sbin", "/bin", "/usr/sbin", "/usr/bin"],
    pools: [],
    killAt: null,
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
  else if (name === "pool") options.pools.push(parsePool(value));
  else if (name === "kill-at") options.killAt = parseKillPoint(value);
  else throw new UsageError(`There is no option --${name}.`);
}

/** Absolute, without dot segments, spaces and quotes: it stands in fstab(5) and jail.conf(5) as it is. */
function parsePath(name: string, value: string): string {
  const path = value === "/" ? value : value.replace(/\/+$/, "");
  if (!HostPath.safeParse(path).success || !/^\/[A-Za-z0-9._@+/-]*$/.test(path) || path.includes("//"))
    throw new UsageError(`--${name}: ${JSON.stringify(value)} is no absolute path of plain characters.`);
  return path;
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

function parseKillPoint(value: string): KillPoint {
  const [, verb, step, when] = /^([a-z.]+):([a-z0-9-]+):(before|after)$/.exec(value) ?? [];
  if (!verb || !step) throw new UsageError("--kill-at takes VERB:STEP:before or VERB:STEP:after.");
  return { verb, step, when: when as "before" | "after" };
}
