import { readFileSync } from "node:fs";
import { createJail, updateJail } from "./create.ts";
import { type Runner, words } from "./command.ts";
import { kernelParameters, readIps, type Parameters } from "./parameters.ts";
import { removeJail } from "./remove.ts";
import { terminate } from "./terminate.ts";
import type { Jail } from "../state.ts";
import { findJail, forgetJail } from "../state.ts";
import { dropNetwork } from "./remove.ts";

/** One thing that is done for a jail and can be taken back; steps of exec.* that can't have no `undo`. */
export type Step = { run(): Promise<void>; undo?(): Promise<void> };

/** What the steps of one run share: the jail once it is there. */
export type Progress = { jail: Jail | null };

/** fstab(5) as strunvis(3) reads it: source, node, type, options. */
export function readFstab(file: string): string[][] {
  return readFileSync(file, "utf8")
    .split("\n")
    .map((line) => line.replace(/(^|\s)#.*$/, "").trim())
    .filter(Boolean)
    .map((line) =>
      line
        .split(/\s+/)
        .slice(0, 4)
        .map((field) => field.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)))),
    );
}

const netmask = (ip: { text: string; address: string }, six: boolean): string[] => {
  const [host, suffix] = ip.text.split("/") as [string, string?];
  if (suffix === undefined) return six ? [host, "prefixlen", "128"] : [host, "netmask", "255.255.255.255"];
  return suffix.includes(".") ? [host, "netmask", suffix] : [ip.text];
};

function ipSteps(runner: Runner, name: "ip4.addr" | "ip6.addr"): Step[] {
  const six = name === "ip6.addr";
  return readIps(runner.params, name)
    .filter((ip) => ip.interface)
    .map((ip) => {
      const words = [ip.interface!, six ? "inet6" : "inet", ...netmask(ip, six)];
      return {
        run: () => runner.builtin("/sbin/ifconfig", [...words, "alias"]),
        undo: () => runner.builtin("/sbin/ifconfig", [...words, "-alias"]),
      };
    });
}

function vnetSteps(runner: Runner): Step[] {
  return runner.params
    .list("vnet.interface")
    .flatMap((value) => value.split(/[\s,]+/))
    .map((name) => ({
      run: () => runner.builtin("/sbin/ifconfig", [name, "vnet", runner.name]),
      undo: () => runner.builtin("/sbin/ifconfig", [name, "-vnet", runner.name]),
    }));
}

function mountSteps(runner: Runner, parameter: "mount" | "mount.fstab", rows: string[][]): Step[] {
  return rows.map(([source, node, type, options]) => {
    const check = () => {
      if (!source || !node || !type)
        runner.refuse(`${parameter}: ${[source, node].filter(Boolean).join(" ")}: missing information`);
      runner.checkPath(parameter, node);
    };
    return {
      run: async () => {
        check();
        await runner.builtin("/sbin/mount", ["-t", type!, ...(options ? ["-o", options] : []), source!, node!]);
      },
      undo: async () => {
        check();
        await runner.builtin("/sbin/umount", ["-t", type!, node!]);
      },
    };
  });
}

function specialSteps(runner: Runner): Step[] {
  const { params } = runner;
  const path = () => params.text("path") ?? runner.refuse("mount.devfs: no path");
  const one = (parameter: string, type: string, below: string, option: string[]): Step => ({
    run: async () => {
      runner.checkPath(parameter, `${path()}/${below}`);
      await runner.builtin("/sbin/mount", ["-t", type, ...option, ".", `${path()}/${below}`]);
    },
    undo: async () => {
      runner.checkPath(parameter, `${path()}/${below}`);
      await runner.builtin("/sbin/umount", [`${path()}/${below}`]);
    },
  });
  const ruleset = params.text("devfs_ruleset") ?? "4";
  return [
    ...(params.flag("mount.devfs") ? [one("mount.devfs", "devfs", "dev", [`-oruleset=${ruleset}`])] : []),
    ...(params.flag("mount.fdescfs") ? [one("mount.fdescfs", "fdescfs", "dev/fd", [])] : []),
    ...(params.flag("mount.procfs") ? [one("mount.procfs", "procfs", "proc", [])] : []),
  ];
}

const execSteps = (runner: Runner, parameter: string, progress: Progress, inJail: boolean): Step[] =>
  runner.params.list(parameter).map((line) => ({
    run: () => runner.exec(line, inJail ? (progress.jail?.jid ?? null) : null),
  }));

/** exec.prepare and exec.created are run on the way back too: jail(8) skips only four of them there. */
const execBothWays = (runner: Runner, parameter: string, progress: Progress): Step[] =>
  execSteps(runner, parameter, progress, false).map((step) => ({ run: step.run, undo: step.run }));

/** Everything of mount.fstab is read before the first step is done, as jail(8) does. @throws StepFailed */
function fstabRows(runner: Runner): string[][] {
  return runner.params.list("mount.fstab").flatMap((file) => {
    try {
      return readFstab(file);
    } catch (error) {
      return runner.refuse(`mount.fstab: ${file}: ${words(error)}`);
    }
  });
}

const rowsOf = (params: Parameters): string[][] =>
  params.list("mount").map((line) => line.trim().split(/\s+/).slice(0, 4));

/** True when jail(8) must hold the jail up until its commands have run. */
const hasCommands = (params: Parameters): boolean =>
  ["exec.start", "command", "exec.created", "vnet.interface"].some((name) => params.list(name).length > 0);

/** Starting, in jail(8)'s order. @throws StepFailed for what is wrong before the first step */
export function startSteps(runner: Runner, progress: Progress, quiet: boolean): Step[] {
  const { params } = runner;
  const rows = fstabRows(runner);
  return [
    ...execBothWays(runner, "exec.prepare", progress),
    ...ipSteps(runner, "ip4.addr"),
    ...ipSteps(runner, "ip6.addr"),
    ...mountSteps(runner, "mount", rowsOf(params)),
    ...mountSteps(runner, "mount.fstab", rows),
    ...specialSteps(runner),
    ...execSteps(runner, "exec.prestart", progress, false),
    {
      run: () => create(runner, progress, quiet),
      undo: async () => {
        if (!progress.jail) return;
        await removeJail(runner.call.state, progress.jail);
        progress.jail = null;
        if (!quiet) runner.note("removed");
      },
    },
    ...execBothWays(runner, "exec.created", progress),
    ...vnetSteps(runner),
    ...execSteps(runner, "exec.start", progress, true),
    ...execSteps(runner, "command", progress, true),
    ...execSteps(runner, "exec.poststart", progress, false),
  ];
}

async function create(runner: Runner, progress: Progress, quiet: boolean): Promise<void> {
  const { params, call } = runner;
  const kernel = kernelParameters(params);
  const persists = params.flag("persist");
  const held = !persists && hasCommands(params);
  if (runner.verbose) {
    const text = kernel.map(({ name, value }) =>
      value === null ? name : `${name}=${/[\s"']/.test(value) ? `"${value}"` : value}`,
    );
    runner.note(`jail_set(JAIL_CREATE) ${[...(held ? ["persist"] : []), ...text].join(" ")}`);
  }
  if (!persists && !held) runner.refuse("new jail must persist or attach");
  const named = kernel.find(({ name }) => name === "name")?.value ?? null;
  const jid = params.text("jid");
  try {
    progress.jail = await createJail(call.state, {
      name: named,
      ...(jid === undefined ? {} : { jid: Number(jid) }),
      path: params.text("path") ?? "/",
      hostname: params.text("host.hostname") ?? "",
      ip4: readIps(params, "ip4.addr").map((ip) => ip.address),
      ip6: readIps(params, "ip6.addr").map((ip) => ip.address),
      params: Object.fromEntries(kernel.map(({ name, value }) => [name, value ?? ""])),
      persist: true,
    });
  } catch (error) {
    runner.refuse(words(error));
  }
  if (!quiet) runner.note("created");
}

/** jail(8) held the jail up for its commands; from here on it lives as long as its processes do. */
export function endHold(runner: Runner, jail: Jail): void {
  if (runner.params.flag("persist")) return;
  if (runner.verbose) runner.note(`jail_set(JAIL_UPDATE) jid=${jail.jid} nopersist`);
  updateJail(runner.call.state, jail, { nopersist: null });
}

/** Stopping, in jail(8)'s order; what a config says beyond removal only with `full`. */
export function stopSteps(runner: Runner, jail: Jail, note: boolean): Step[] {
  const { params, call } = runner;
  const progress: Progress = { jail };
  const undone = (steps: Step[]): Step[] => steps.toReversed().map((step) => ({ run: step.undo! }));
  const rows = fstabRows(runner);
  return [
    ...execSteps(runner, "exec.prestop", progress, false),
    ...execSteps(runner, "exec.stop", progress, true),
    { run: () => terminate(runner, jail) },
    {
      run: async () => {
        const still = findJail(call.state, String(jail.jid));
        if (still) await removeJail(call.state, still);
        else {
          await dropNetwork(call.state, jail);
          forgetJail(call.state, jail.jid);
        }
        if (note) runner.note("removed");
      },
    },
    ...execSteps(runner, "exec.poststop", progress, false),
    ...undone(specialSteps(runner)),
    ...undone(mountSteps(runner, "mount.fstab", rows)),
    ...undone(mountSteps(runner, "mount", rowsOf(params))),
    ...undone(ipSteps(runner, "ip6.addr")),
    ...undone(ipSteps(runner, "ip4.addr")),
    ...execSteps(runner, "exec.release", progress, false),
  ];
}
