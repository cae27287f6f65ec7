import { existsSync } from "node:fs";
import { ConfError } from "../conf/lexer.ts";
import { parseFile } from "../conf/parser.ts";
import { exportJail, resolve, type ConfiguredJail } from "../conf/resolve.ts";
import { getopt, type Call } from "../io.ts";
import { findJail, listJails, type Jail } from "../state.ts";
import { Runner, StepFailed, words } from "./command.ts";
import { updateJail } from "./create.ts";
import { orderByDepend, undefinedNeed } from "./order.ts";
import { isKernelParameter, isOwnParameter, kernelParameters, Parameters, readIps } from "./parameters.ts";
import { removeJail } from "./remove.ts";
import { endHold, startSteps, stopSteps, type Progress } from "./steps.ts";

const USAGE = `usage: jail [-dhilqv] [-J jid_file] [-u username] [-U username]
            -[cmr] param=value ... [command=command ...]
       jail [-dqv] [-f file] -[cmr] [jail]
       jail [-qv] [-f file] -[rR] ['*' | jail ...]
       jail [-f file] -e separator
`;

/** What the options ask for. */
type Wish = { create: boolean; modify: boolean; remove: boolean; force: boolean; verbose: boolean; quiet: boolean };

/** jail(8). */
export async function jail(call: Call): Promise<number> {
  const parsed = getopt(call, "cCdDe:f:hiJ:lmn:p:qrRs:u:U:v");
  if (!parsed) {
    call.io.err(USAGE);
    return 1;
  }
  const value = (flag: string) => parsed.flags.findLast((item) => item.flag === flag)?.value;
  const has = (flag: string) => parsed.flags.some((item) => item.flag === flag);
  const wish: Wish = {
    create: has("c"),
    modify: has("m"),
    remove: has("r"),
    force: has("R"),
    verbose: has("v"),
    quiet: has("q"),
  };
  const separator = value("e");
  if (separator === undefined && !wish.create && !wish.modify && !wish.remove && !wish.force) {
    call.io.err(USAGE);
    return 1;
  }
  try {
    const given = value("f");
    const file = given ?? call.state.etc("jail.conf");
    const direct = parsed.rest.some((word) => word.includes("=")) && separator === undefined;
    const configured = direct ? [fromArguments(parsed.rest)] : readConfig(call, file, given !== undefined, wish);
    if (separator !== undefined) {
      for (const one of configured) call.io.out(`${exportJail(one, separator)}\n`);
      return 0;
    }
    const names = direct ? [configured[0]!.name] : parsed.rest;
    return await workOn(call, wish, configured, names);
  } catch (error) {
    if (!(error instanceof ConfError)) throw error;
    call.io.err(`${error.message}\n`);
    return 1;
  }
}

/** -r and -R work without a config: what runs can be removed all the same. @throws ConfError */
function readConfig(call: Call, file: string, explicit: boolean, wish: Wish): ConfiguredJail[] {
  if (wish.force) return [];
  if (!explicit && !existsSync(file) && (wish.remove || wish.modify)) return [];
  return resolve(parseFile(file));
}

/** `jail -c name=x path=/y …`: a config of one jail on the command line. */
function fromArguments(args: string[]): ConfiguredJail {
  const params = args.map((word) => {
    const sign = word.indexOf("=");
    return sign < 0
      ? { name: word, values: [] }
      : { name: word.slice(0, sign), values: word.slice(sign + 1).split(",") };
  });
  const name = params.find((param) => param.name === "name" || param.name === "jid")?.values[0] ?? "";
  return { name, params, problems: [] };
}

async function workOn(call: Call, wish: Wish, configured: ConfiguredJail[], names: string[]): Promise<number> {
  const removing = wish.remove || wish.force;
  const all = names.length === 0 || names.includes("*");
  const wanted = !all
    ? names
    : removing && !wish.create && !wish.modify
      ? listJails(call.state).map((jail) => jail.name)
      : configured.map((one) => one.name);
  if (names.length === 0 && removing) {
    call.io.err(USAGE);
    return 1;
  }
  let failed = 0;
  const note = wish.remove || wanted.length > 1 || all;
  const ordered = all || wish.create ? orderByDepend(configured, wanted, removing && !wish.create) : wanted;
  for (const name of ordered) {
    const one = configured.find((item) => item.name === name || sameJid(item.name, name));
    // Only needed by a jail that was asked for (depend), and running: that is all that was needed.
    if (!wanted.includes(name) && findJail(call.state, name)) continue;
    const missing = one && wish.force === false ? undefinedNeed(configured, one) : null;
    if (missing !== null) {
      call.io.err(`jail: ${name}: depends on undefined jail "${missing}"\n`);
      failed = 1;
      continue;
    }
    if (one?.problems.length) {
      call.io.err(`${one.problems.join("\n")}\n`);
      failed = 1;
      continue;
    }
    try {
      if (removing && !(await stop(call, wish, one, name, note))) failed = 1;
      else if (wish.create || wish.modify) await start(call, wish, one, name);
    } catch (error) {
      if (!(error instanceof StepFailed)) throw error;
      failed = 1;
    }
  }
  return failed;
}

const sameJid = (a: string, b: string): boolean => /^[0-9]+$/.test(a) && /^[0-9]+$/.test(b) && Number(a) === Number(b);

const runnerFor = (call: Call, wish: Wish, config: ConfiguredJail): Runner =>
  new Runner(call, new Parameters(config), wish.verbose);

/** @returns false when there was nothing to remove and that is an error (not with -c: then it is a restart) */
async function stop(
  call: Call,
  wish: Wish,
  config: ConfiguredJail | undefined,
  name: string,
  note: boolean,
): Promise<boolean> {
  const running = findJail(call.state, name);
  if (!running) {
    if (wish.create) return true;
    call.io.err(`jail: "${name}" not found\n`);
    return false;
  }
  if (!config || wish.force) {
    await removeJail(call.state, running);
    if (note && !wish.quiet && !wish.force) call.io.out(`${name}: removed\n`);
    return true;
  }
  // A restart says nothing of the removal (recording 04 M).
  const steps = stopSteps(runnerFor(call, wish, config), running, (!wish.create || wish.verbose) && !wish.quiet);
  let failure: unknown = null;
  for (const [i, step] of steps.entries()) {
    try {
      await step.run();
    } catch (error) {
      failure ??= error;
      // Before the removal a failure keeps the jail; after it the rest is still taken down.
      if (findJail(call.state, name)) break;
      if (i === steps.length - 1) break;
    }
  }
  if (failure) throw failure;
  return true;
}

async function start(call: Call, wish: Wish, config: ConfiguredJail | undefined, name: string): Promise<void> {
  if (!config) {
    call.io.err(`jail: "${name}" not found\n`);
    throw new StepFailed(name);
  }
  const runner = runnerFor(call, wish, config);
  const running = findJail(call.state, name);
  if (wish.modify && running) {
    modify(runner, running, wish);
    return;
  }
  if (running) {
    call.io.err(`jail: "${name}" already exists\n`);
    throw new StepFailed(name);
  }
  if (!wish.create) {
    call.io.err(`jail: "${name}" not found\n`);
    throw new StepFailed(name);
  }
  check(runner);
  const progress: Progress = { jail: null };
  const steps = startSteps(runner, progress, wish.quiet);
  let done = 0;
  try {
    for (; done < steps.length; done++) await steps[done]!.run();
    if (progress.jail) endHold(runner, progress.jail);
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    while (--done >= 0)
      try {
        await steps[done]!.undo?.();
      } catch (second) {
        if (!(second instanceof StepFailed)) throw second;
      }
    throw error;
  }
}

/** What jail(8) refuses before it does anything. @throws StepFailed */
function check(runner: Runner): void {
  const { params } = runner;
  try {
    readIps(params, "ip4.addr");
    readIps(params, "ip6.addr");
  } catch (error) {
    runner.refuse((error as Error).message);
  }
  for (const param of params.jail.params)
    if (!isKernelParameter(param.name) && !isOwnParameter(param.name))
      runner.refuse(`unknown parameter: ${param.name}`);
}

/** -m on a running jail; with a config file jail(8) also says "already exists", and goes on (recording 06). */
function modify(runner: Runner, running: Jail, wish: Wish): void {
  const changes = Object.fromEntries(kernelParameters(runner.params).map(({ name, value }) => [name, value]));
  check(runner);
  try {
    if (changes["path"] !== undefined && changes["path"] !== running.path)
      throw new Error("path cannot be changed after creation");
    if (runner.params.jail.params.some((param) => isOwnParameter(param.name)))
      runner.call.io.err(`jail: "${running.name}" already exists\n`);
    updateJail(runner.call.state, running, changes);
  } catch (error) {
    runner.refuse(words(error));
  }
  if (!wish.quiet && runner.params.jail.params.some((param) => isOwnParameter(param.name))) runner.note("updated");
}
