import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, rmdirSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Told } from "./up.ts";

/** A devjail host of a test: its paths, how to run programs on it, and its end. */
export type DevHost = Omit<Told, "exec"> & {
  /** argv that runs a program of the host (a name of DIR/bin, or any absolute path) inside of it */
  execArgv(program: string, args?: string[]): string[];
  /** runs it to its end, with an empty environment beside PATH */
  run(
    program: string,
    args?: string[],
    options?: { input?: string; timeout?: number },
  ): { status: number | null; stdout: string; stderr: string };
  /** brings the host down and removes its directory */
  stop(): Promise<void>;
};

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Newest change below a directory of sources, in milliseconds since 1970. */
function newest(dir: string): number {
  let time = 0;
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) time = Math.max(time, newest(path));
    else if (!entry.name.endsWith(".test.ts")) time = Math.max(time, statSync(path).mtimeMs);
  }
  return time;
}

/** Builds dist/ when a source is newer than it; two test runs at once build one after the other. */
async function buildOnce(): Promise<void> {
  const lock = join(root, "dist/.building");
  const fresh = () => {
    const outputs = ["dist/devjail.js", "dist/devjail-native/jexec"].map((name) => join(root, name));
    if (!outputs.every((path) => existsSync(path))) return false;
    const built = statSync(outputs[0]!).mtimeMs;
    return ["server/daemon", "server/devjail", "server/contract"].every((dir) => newest(join(root, dir)) < built);
  };
  mkdirSync(join(root, "dist"), { recursive: true });
  for (const deadline = Date.now() + 120_000; ; await wait(100)) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
      if (age > 60_000) rmSync(lock, { recursive: true, force: true });
      if (Date.now() > deadline) throw new Error("devjail: dist/.building does not go away");
    }
  }
  try {
    if (fresh()) return;
    const { buildServer } = (await import(pathToFileURL(join(root, "server/launch/build-server.mjs")).href)) as {
      buildServer(): Promise<void>;
    };
    await buildServer();
  } finally {
    rmdirSync(lock);
  }
}

/**
 * Starts a devjail host below /tmp (or in `state`, which is then kept by stop()).
 * @throws Error when it can't, with the reason that `devjail up` gave
 */
export async function startDevHost(options: { state?: string } = {}): Promise<DevHost> {
  await buildOnce();
  const own = options.state === undefined;
  const state = options.state ?? mkdtempSync(join(tmpdir(), "devjail-"));
  const bundle = join(root, "dist/devjail.js");
  const told = JSON.parse(
    execFileSync(process.execPath, [bundle, "up", "--state", state], { encoding: "utf8" }),
  ) as Told;
  const execArgv = (program: string, args: string[] = []) => [
    ...told.exec,
    program.includes("/") ? program : join(told.bin, program),
    ...args,
  ];
  return {
    ...told,
    execArgv,
    run(program, args = [], { input = "", timeout = 60_000 } = {}) {
      const [file, ...rest] = execArgv(program, args);
      const env = { PATH: told.bin } as unknown as NodeJS.ProcessEnv;
      const done = spawnSync(file!, rest, { encoding: "utf8", env, input, timeout, cwd: "/" });
      return { status: done.status, stdout: done.stdout, stderr: done.stderr };
    },
    async stop() {
      execFileSync(process.execPath, [bundle, "down", "--state", state]);
      if (own) rmSync(state, { recursive: true, force: true });
    },
  };
}
