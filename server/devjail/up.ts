import { spawn } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  linkSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  unlinkSync,
} from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { down } from "./down.ts";
import { emptyEnv } from "./env.ts";
import { hostop } from "./hostop.ts";
import { chooseNetworks, type Networks } from "./network.ts";
import { processStart, makeDirectory, writeWhole, type HostConfig, type State } from "./state.ts";
import { makeWorld } from "./world.ts";
import { mapUsers } from "./user-maps.ts";
import { MACHINE_PROGRAMS, PROGRAMS } from "./programs.ts";

/** What knastd must be told, one line of JSON. */
export type Told = {
  state: string;
  bin: string;
  world: string;
  /** below it, other jail managers' files: usr/local/etc, iocage */
  foreign: string;
  etc: string;
  log: string;
  jails: string;
  interface: string;
  pool: string;
  pool6?: string;
  /** argv that goes before a program and its arguments to run it on the host */
  exec: string[];
};

const INTERFACE = "dev0";

/** True when the keeper that DIR names lives: pid and start time must fit. */
export function keeperLives(state: State): boolean {
  try {
    const [pid, start] = readFileSync(state.at("run/keeper"), "utf8").trim().split(" ");
    return processStart(Number(pid)) === start;
  } catch {
    return false;
  }
}

/**
 * Prepares DIR and starts its keeper if none lives; what is there already stays as it is.
 * @param bundle path of the running bundle; devjail-native lies beside it
 */
export async function up(state: State, bundle: string, jails = state.at("jails")): Promise<Told> {
  if (process.platform !== "linux") throw new Error("devjail: this is for Linux; FreeBSD has its own commands");
  makeDirectory(state.dir);
  for (const name of ["bin", "lib", "etc", "etc/jail.conf.d", "foreign", "log", "run", "run/jails"])
    makeDirectory(state.at(name));
  makeDirectory(jails);
  const living = keeperLives(state);
  if (!living) await down(state);
  const config: HostConfig = living ? state.config() : newConfig(state, jails);
  if (!living) {
    writeWhole(state.at("run/host.json"), JSON.stringify(config));
    writeWhole(state.at("run/node"), `${config.node}\n`);
    installPrograms(state, bundle);
    makeEtc(state);
    makeWorld(state);
    for (const name of readdirSync(state.at("run/jails"))) unlinkSync(state.at("run/jails", name));
    for (const name of ["aliases.json", "interfaces.json", "next-jid"]) rmSync(state.at("run", name), { force: true });
    await startKeeper(state, config.user);
    hostop(state, "bridge", [
      config.bridge,
      `${config.address}/24`,
      ...(config.address6 ? [`${config.address6}/64`] : []),
    ]);
    startServer(state);
  }
  return {
    state: state.dir,
    bin: state.at("bin"),
    world: state.at("world"),
    foreign: state.at("foreign"),
    etc: state.at("etc"),
    log: state.at("log"),
    jails: config.jails,
    interface: config.interface,
    pool: config.pool,
    ...(config.pool6 ? { pool6: config.pool6 } : {}),
    exec: [state.program("onhost")],
  };
}

function newConfig(state: State, jails: string): HostConfig {
  const networks: Networks = chooseNetworks(state.dir);
  return { node: process.execPath, interface: INTERFACE, user: process.getuid!() !== 0, jails, ...networks };
}

/** One launcher under every program's name (hard links), the native programs, and the bundle that the launcher starts. */
function installPrograms(state: State, bundle: string): void {
  const native = join(dirname(bundle), "devjail-native");
  const put = (from: string, to: string) => {
    rmSync(to, { force: true });
    copyFileSync(from, to);
  };
  for (const name of readdirSync(state.at("bin"))) unlinkSync(state.at("bin", name));
  for (const name of ["launch", "keeper", "hostop", "jailinit", "jexec", "syslogd"])
    put(join(native, name), state.program(name));
  linkSync(state.program("jexec"), state.program("jailrun"));
  for (const name of [...Object.keys(PROGRAMS), ...MACHINE_PROGRAMS, "onhost"])
    linkSync(state.program("launch"), state.program(name));
  put(bundle, state.at("lib/devjail.mjs"));
}

function makeEtc(state: State): void {
  const put = (name: string, text: string) => {
    if (!existsSync(state.etc(name))) writeWhole(state.etc(name), text, 0o644);
  };
  let resolver = "";
  try {
    resolver = readFileSync("/etc/resolv.conf", "utf8");
  } catch {
    // A machine without one gives its jails none.
  }
  put("resolv.conf", resolver);
  put("rc.conf", `hostname="${hostname()}"\n`);
}

/** Starts native/keeper.c and waits until its namespaces stand. @throws Error with its reason */
async function startKeeper(state: State, user: boolean): Promise<void> {
  const child = spawn(state.program("keeper"), [state.dir, ...(user ? ["user"] : [])], {
    stdio: ["pipe", "pipe", "inherit"],
    env: emptyEnv,
    cwd: "/",
    detached: true,
  });
  const line = await new Promise<string>((resolve, reject) => {
    let text = "";
    child.once("error", reject);
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const maps = /^maps ([0-9]+)\n/.exec(text);
      if (maps) {
        text = text.slice(maps[0].length);
        try {
          mapUsers(Number(maps[1]));
          child.stdin.write("go\n");
        } catch (error) {
          child.stdin.end();
          reject(error as Error);
        }
      }
      if (text.includes("\n")) resolve(text);
    });
    child.stdout.once("end", () => resolve(text));
  });
  const ready = /^ready ([0-9]+ [0-9]+)\n/.exec(line);
  if (!ready) throw new Error(`devjail: the keeper did not start: ${line.trim() || "no answer"}`);
  const namespace = readlinkSync(`/proc/${ready[1]!.split(" ")[0]}/ns/mnt`);
  writeWhole(state.at("run/keeper"), `${ready[1]} ${namespace}\n`);
  child.stdin.destroy();
  child.stdout.destroy();
  child.unref();
}

/** The server only makes things fast: whoever finds none works by himself, so nobody waits for it. */
function startServer(state: State): void {
  const { node } = state.config();
  const child = spawn(state.program("onhost"), [node, state.at("lib/devjail.mjs"), "serve"], {
    stdio: "ignore",
    env: emptyEnv,
    cwd: "/",
    detached: true,
  });
  child.unref();
}

/** The machine's program that a stand-in ends in. @throws Error naming the package to install */
export function machineProgram(name: string, debianPackage: string): string {
  for (const dir of ["/usr/bin", "/bin", "/usr/sbin", "/sbin"]) {
    const path = join(dir, name);
    if (existsSync(path) && statSync(path).isFile()) return path;
  }
  throw new Error(`devjail: ${name} is missing: install the package ${debianPackage}.`);
}
