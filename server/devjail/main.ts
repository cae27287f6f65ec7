import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { down } from "./down.ts";
import { standardIo } from "./io.ts";
import { PROGRAMS } from "./programs.ts";
import { serve } from "./serve.ts";
import { State } from "./state.ts";
import { up } from "./up.ts";

const USAGE = `usage: devjail up --state DIR [--jails DIR]
       devjail exec --state DIR -- program [argument ...]
       devjail down --state DIR
`;

/** --name value pairs up to "--"; @throws Error on anything else */
function readOptions(args: string[], known: string[]): { options: Map<string, string>; rest: string[] } {
  const options = new Map<string, string>();
  const rest = [...args];
  while (rest.length && rest[0] !== "--") {
    const [name, value] = rest.splice(0, 2);
    if (!known.includes(name!) || value === undefined)
      throw new Error(`devjail: ${name}: unknown option, or no value\n${USAGE}`);
    options.set(name!, value);
  }
  return { options, rest: rest.slice(1) };
}

/** Node can't become another program: DIR/bin/onhost does that; here a process stays between, passing signals and the end on. */
async function execOnHost(state: State, argv: string[]): Promise<number> {
  const child = spawn(state.program("onhost"), argv, { stdio: "inherit" });
  const signals = ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"] as const;
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  return new Promise((done, failed) => {
    child.once("error", failed);
    child.once("exit", (status, signal) => {
      for (const name of signals) process.removeAllListeners(name);
      if (signal) process.kill(process.pid, signal);
      done(status ?? 1);
    });
  });
}

async function main(args: string[]): Promise<number> {
  const [command, ...rest] = args;
  if (command === "run" || command === "serve") {
    // Started by DIR/bin/NAME as DIR/lib/devjail.mjs: the bundle's own place tells DIR.
    const state = new State(resolve(fileURLToPath(import.meta.url), "../.."));
    if (command === "serve") return serve(state);
    const [name, ...own] = rest;
    const program = PROGRAMS[name ?? ""];
    if (!program) throw new Error(`devjail: ${name}: no such program`);
    return program({ state, name: name!, args: own, io: standardIo });
  }
  const { options, rest: argv } = readOptions(rest, command === "up" ? ["--state", "--jails"] : ["--state"]);
  const dir = options.get("--state");
  if (!dir) throw new Error(USAGE.trimEnd());
  const state = new State(resolve(dir));
  if (command === "up") {
    const told = await up(state, fileURLToPath(import.meta.url), options.get("--jails"));
    standardIo.out(`${JSON.stringify(told)}\n`);
    return 0;
  }
  if (command === "down") return down(state);
  if (command === "exec" && argv.length) return execOnHost(state, argv);
  throw new Error(USAGE.trimEnd());
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  standardIo.err(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
