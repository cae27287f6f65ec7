import { spawn, type IPty } from "node-pty";
import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startDevHost, type DevHost } from "./fixture.ts";
import { installBase, makeJail, type Made } from "./testing/jails.ts";

let host: DevHost;
let jail: Made;

beforeAll(async () => {
  host = await startDevHost();
  installBase(host);
  jail = makeJail(host, "shell_org", 10);
  expect(host.run("jail", ["-f", jail.config, "-c", jail.name])).toMatchObject({ status: 0 });
});
afterAll(async () => host?.stop());

/** A shell in the jail on a pty of the test's own, and what it printed. */
const open = (command: string[] = ["/bin/csh"]) => onPty(host.execArgv("jexec", ["-l", jail.name, ...command]));

function onPty([file, ...args]: string[]) {
  const env = { TERM: "xterm-256color", LANG: "C.UTF-8", PATH: host.bin };
  const pty: IPty = spawn(file!, args, { env, cwd: "/", cols: 80, rows: 24 });
  let screen = "";
  let ended: { exitCode: number; signal?: number } | null = null;
  pty.onData((text) => (screen += text));
  pty.onExit((how) => (ended = how));
  const until = async (what: RegExp, ms = 10_000) => {
    for (const deadline = Date.now() + ms; ; await new Promise((resolve) => setTimeout(resolve, 10))) {
      const match = what.exec(screen);
      if (match) return match;
      if (Date.now() > deadline) throw new Error(`no ${String(what)} in ${JSON.stringify(screen)}`);
    }
  };
  const end = async () => {
    for (const deadline = Date.now() + 10_000; !ended; await new Promise((resolve) => setTimeout(resolve, 10)))
      if (Date.now() > deadline) throw new Error(`the shell does not end: ${JSON.stringify(screen)}`);
    return ended;
  };
  return { pty, until, end, screen: () => screen, clear: () => (screen = "") };
}

/** Processes in the jail by their command line, seen from the host. */
const inside = (pattern: string) =>
  host.run("pgrep", ["-f", "-j", jail.name, pattern]).stdout.split("\n").filter(Boolean).map(Number);

async function until(what: () => boolean) {
  for (const deadline = Date.now() + 10_000; !what(); await new Promise((resolve) => setTimeout(resolve, 20)))
    if (Date.now() > deadline) throw new Error(`${String(what)} does not come true`);
}

async function gone(pattern: string) {
  for (
    const deadline = Date.now() + 10_000;
    inside(pattern).length;
    await new Promise((resolve) => setTimeout(resolve, 20))
  )
    if (Date.now() > deadline) throw new Error(`${pattern} still runs`);
}

describe("a shell by jexec -l", () => {
  test("has job control: csh does not complain, Ctrl-Z stops, fg goes on, Ctrl-C ends", async () => {
    const shell = open();
    await shell.until(/# /);
    expect(shell.screen()).not.toMatch(/job control|Inappropriate/);
    shell.pty.write("sleep 4711\r");
    await shell.until(/sleep 4711\r+\n/);
    await until(() => inside("^sleep 4711").length > 0);
    shell.clear();
    shell.pty.write("\x1a");
    await shell.until(/[Ss](uspended|topped)[\s\S]*# /);
    shell.clear();
    shell.pty.write("fg\r");
    await shell.until(/sleep 4711/);
    shell.clear();
    shell.pty.write("\x03");
    await shell.until(/# /);
    await gone("^sleep 4711");
    shell.pty.write("exit 7\r");
    expect(await shell.end()).toMatchObject({ exitCode: 7 });
  });

  test("a background job and the shell's group are its own session inside", async () => {
    const shell = open(["/bin/sh", "-c", "ps -o pid,sid,pgid,tpgid,tty,comm -p $$; exit 0"]);
    const [, pid, sid, , tpgid] = await shell.until(/(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s+\S+\s+sh/);
    expect(sid).toBe(pid);
    expect(tpgid).toBe(pid);
    await shell.end();
  });

  test("the window's size reaches the foreground program", async () => {
    const shell = open(["/bin/sh", "-c", "trap 'stty size' WINCH; echo ready; while :; do sleep 0.05; done"]);
    await shell.until(/ready/);
    shell.clear();
    shell.pty.resize(133, 44);
    await shell.until(/44 133/);
    shell.pty.kill("SIGKILL");
    await shell.end();
  });

  test("closing the terminal hangs up the shell and its foreground job", async () => {
    const shell = open();
    await shell.until(/# /);
    shell.pty.write("sleep 4712\r");
    await until(() => inside("^sleep 4712").length > 0);
    expect(inside("^sleep 4712")).toHaveLength(1);
    const [before] = inside("csh");
    expect(before).toBeGreaterThan(0);
    (shell.pty as unknown as { destroy(): void }).destroy();
    await gone("^sleep 4712");
    await gone("csh");
  });

  test("killing the waiting parent leaves no shell behind", async () => {
    const shell = open(["/bin/sh", "-c", "trap '' HUP TERM; sleep 4713; sleep 4713"]);
    await until(() => inside("^sleep 4713").length > 0);
    process.kill(shell.pty.pid, "SIGKILL");
    await gone("4713.*4713");
  });

  test("the waiting parent holds no descriptor and no terminal; the command exactly 0, 1, 2", async () => {
    const shell = open(["/bin/sh", "-c", "ls /proc/self/fd; echo fds-end; sleep 4714"]);
    const [list] = await shell.until(/[\s\S]*fds-end/);
    // ls itself holds the directory that it reads, as the fourth.
    expect(list.match(/\d+/g)).toEqual(["0", "1", "2", "3"]);
    // The end of the pipe by which the command learns that its parent has gone.
    const held = readdirSync(`/proc/${shell.pty.pid}/fd`).map((fd) => readlinkSync(`/proc/${shell.pty.pid}/fd/${fd}`));
    expect(held).toEqual([expect.stringMatching(/^pipe:/)]);
    const stat = readFileSync(`/proc/${shell.pty.pid}/stat`, "utf8").split(") ")[1]!.split(" ");
    expect(stat[4]).toBe("0");
    shell.pty.kill("SIGTERM");
    expect(await shell.end()).toMatchObject({ signal: 15 });
    await gone("4714");
  });

  test("stopping the jail ends the shell by SIGKILL", async () => {
    const other = makeJail(host, "other_org", 11);
    expect(host.run("jail", ["-f", other.config, "-c", other.name]).status).toBe(0);
    const [file, ...args] = host.execArgv("jexec", ["-l", other.name, "/bin/csh"]);
    const pty = spawn(file!, args, { env: { TERM: "xterm", PATH: host.bin }, cwd: "/" });
    const ended = new Promise<{ signal?: number }>((resolve) => pty.onExit(resolve));
    await new Promise<void>((resolve) => pty.onData((text) => text.includes("# ") && resolve()));
    expect(host.run("jail", ["-R", other.name]).status).toBe(0);
    expect(await ended).toMatchObject({ signal: 9 });
  });

  test("from an interactive shell of the host it is a job like any other", async () => {
    const shell = onPty(host.execArgv("/bin/bash", ["--norc", "--noprofile", "-i"]));
    const prompt = /bash[^\n]*[#$] $/;
    await shell.until(prompt);
    shell.clear();
    shell.pty.write(`jexec -l ${jail.name} /bin/csh\r`);
    await shell.until(/shell[^\n]*# $/);
    shell.clear();
    shell.pty.write("sh -c 'echo a$((6*7)); exec sleep 4715'\r");
    await shell.until(/a42/);
    shell.pty.write("\x03");
    await gone("^sleep 4715");
    expect(shell.screen()).not.toMatch(/job control/);
    shell.pty.write("exit\r");
    await shell.until(prompt);
    shell.clear();
    shell.pty.write(`jexec ${jail.name} /bin/sleep 4716\r`);
    await until(() => inside("sleep 4716").length === 1);
    shell.pty.write("\x1a");
    await shell.until(/Stopped[\s\S]*[#$] $/);
    shell.clear();
    shell.pty.write("fg\r");
    await shell.until(/sleep 4716/);
    shell.pty.write("\x03");
    await gone("sleep 4716");
    await shell.until(prompt);
    shell.pty.write("exit 5\r");
    expect(await shell.end()).toMatchObject({ exitCode: 5 });
  });
});
