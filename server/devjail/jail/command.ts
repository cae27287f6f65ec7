import { spawn } from "node:child_process";
import { closeSync, existsSync, lstatSync, openSync } from "node:fs";
import { basename, dirname } from "node:path";
import { literalEnv, ownEnv } from "../env.ts";
import type { Call } from "../io.ts";
import { ifconfig } from "../ifconfig.ts";
import { mount } from "../mount.ts";
import { umount } from "../umount.ts";
import { findJail, isVnet } from "../state.ts";
import type { Parameters } from "./parameters.ts";

/** A step failed; what is to be said has been said. */
export class StepFailed extends Error {}

/** Runs a jail's commands, with jail(8)'s words. */
export class Runner {
  readonly call: Call;
  readonly params: Parameters;
  readonly verbose: boolean;
  constructor(call: Call, params: Parameters, verbose: boolean) {
    this.call = call;
    this.params = params;
    this.verbose = verbose;
  }
  get name(): string {
    return this.params.jail.name;
  }
  note(text: string): void {
    this.call.io.out(`${this.name}: ${text}\n`);
  }
  /** @throws StepFailed always */
  refuse(text: string): never {
    this.call.io.err(`jail: ${this.name}: ${text}\n`);
    throw new StepFailed(text);
  }

  /** ifconfig, mount and umount without a process of their own: the same functions that stand behind their names. */
  async builtin(path: "/sbin/ifconfig" | "/sbin/mount" | "/sbin/umount", args: string[]): Promise<void> {
    const line = [path, ...args].join(" ");
    if (this.verbose) this.note(`run command: ${line}`);
    const program = { "/sbin/ifconfig": ifconfig, "/sbin/mount": mount, "/sbin/umount": umount }[path];
    const status = await program({ state: this.call.state, io: this.call.io, name: basename(path), args });
    if (status !== 0) this.refuse(`${line}: failed`);
  }

  /** One exec.* line, on the host or in the jail. Shell signs send it to /bin/sh -c; a closing `&` to the background. */
  async exec(line: string, jid: number | null): Promise<void> {
    const signs = /[!"$&'()*;<>?[\\\]`{|}~]/.exec(line);
    const background = signs?.[0] === "&" && signs.index === line.length - 1;
    const argv =
      signs && !background
        ? ["/bin/sh", "-c", line]
        : (background ? line.slice(0, -1) : line).split(/[ \t\f\v\r\n]+/).filter(Boolean);
    if (!argv.length) return;
    const shown = argv.join(" ");
    const user = this.params.text(jid === null ? "exec.system_user" : "exec.jail_user");
    const log = jid === null ? undefined : this.params.text("exec.consolelog");
    if (log !== undefined) this.checkPath("exec.consolelog", log, true);
    if (this.verbose) this.note(`run command${jid === null ? "" : " in jail"}${user ? ` as ${user}` : ""}: ${shown}`);
    const inside = jid === null ? null : findJail(this.call.state, String(jid));
    if (inside && isVnet(inside) && /^(\/sbin\/)?ifconfig$/.test(argv[0]!)) {
      // The programs inside are the machine's, and its root may not touch the network: done from outside.
      const { state, io } = this.call;
      const status = await ifconfig({ state, io, name: "ifconfig", args: argv.slice(1) }, inside);
      if (status !== 0) this.refuse(`${shown}: failed`);
      return;
    }
    const clean = this.params.flag("exec.clean");
    let fd: number | null = null;
    try {
      if (log !== undefined)
        try {
          fd = openSync(log, "a", 0o666);
        } catch (error) {
          this.refuse(`open ${log}: ${words(error)}`);
        }
      const { file, args, env } = jid === null ? this.hostArgv(argv, clean) : this.jailArgv(argv, jid, clean, user);
      const out = fd ?? "inherit";
      const child = spawn(file, args, { stdio: ["inherit", out, out], env, cwd: "/", detached: background });
      await this.finish(child, shown, background);
    } finally {
      if (fd !== null) closeSync(fd);
    }
  }

  /** FreeBSD's own programs named in a config are the stand-ins here. */
  private hostArgv(argv: string[], clean: boolean): { file: string; args: string[]; env: NodeJS.ProcessEnv } {
    const system = ["/sbin", "/bin", "/usr/sbin", "/usr/bin"].includes(dirname(argv[0]!));
    const ours = this.call.state.program(basename(argv[0]!));
    const path = `${this.call.state.at("bin")}:/usr/sbin:/usr/bin:/sbin:/bin`;
    const file = (system || !argv[0]!.includes("/")) && existsSync(ours) ? ours : argv[0]!;
    return {
      file,
      args: argv.slice(1),
      env: literalEnv({ ...(clean ? { HOME: "/root", USER: "root", SHELL: "/bin/sh" } : ownEnv), PATH: path } as Record<
        string,
        string
      >),
    };
  }

  private jailArgv(
    argv: string[],
    jid: number,
    clean: boolean,
    user?: string,
  ): { file: string; args: string[]; env: NodeJS.ProcessEnv } {
    const args = [...(clean ? ["-l"] : []), ...(user ? ["-U", user] : []), String(jid), ...argv];
    return { file: this.call.state.program("jailrun"), args, env: ownEnv };
  }

  private async finish(child: ReturnType<typeof spawn>, shown: string, background: boolean): Promise<void> {
    const seconds = this.params.number("exec.timeout") ?? 0;
    const end = await new Promise<{ status: number | null; signal: string | null } | "late" | Error>((resolve) => {
      child.once("error", resolve);
      if (background) {
        child.unref();
        child.once("spawn", () => resolve({ status: 0, signal: null }));
        return;
      }
      const timer = seconds > 0 ? setTimeout(() => resolve("late"), seconds * 1000) : null;
      child.once("exit", (status, signal) => {
        if (timer) clearTimeout(timer);
        resolve({ status, signal });
      });
    });
    if (end === "late") {
      child.unref();
      this.refuse(`${shown}: timed out`);
    }
    if (end instanceof Error) {
      this.call.io.err(`jail: ${this.name}: exec ${shown.split(" ")[0]}: ${words(end)}\n`);
      this.refuse(`${shown}: failed`);
    }
    if (end.signal) this.refuse(`${shown}: exited on signal ${SIGNALS[end.signal] ?? end.signal}`);
    if (end.status !== 0) this.refuse(`${shown}: failed`);
  }

  /** No component below the jail's path may be a link: its owner could lead the host anywhere. */
  checkPath(parameter: string, path: string, isFile = false): void {
    if (!path.startsWith("/")) this.refuse(`${parameter}: ${path}: not an absolute pathname`);
    const root = this.params.text("path");
    let at = root !== undefined && path.startsWith(`${root.replace(/\/+$/, "")}/`) ? root.replace(/\/+$/, "") : null;
    const parts =
      at === null
        ? []
        : path
            .slice(at.length + 1)
            .split("/")
            .filter(Boolean);
    for (const [i, part] of parts.entries()) {
      at += `/${part}`;
      let found;
      try {
        found = lstatSync(at!);
      } catch (error) {
        if (isFile && i === parts.length - 1) return;
        this.refuse(`${parameter}: ${at}: ${words(error)}`);
      }
      if (found.isSymbolicLink()) this.refuse(`${parameter}: ${at} is a symbolic link`);
    }
    let last;
    try {
      last = lstatSync(path);
    } catch (error) {
      if (isFile) return;
      this.refuse(`${parameter}: ${path}: ${words(error)}`);
    }
    if (last.isSymbolicLink()) this.refuse(`${parameter}: ${path} is a symbolic link`);
    if (!isFile && !last.isDirectory()) this.refuse(`${parameter}: ${path}: Not a directory`);
    if (isFile && !last.isFile()) this.refuse(`${parameter}: ${path}: not a regular file`);
  }
}

const SIGNALS: Record<string, number> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGPIPE: 13,
  SIGTERM: 15,
};

export function words(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const known: Record<string, string> = {
    ENOENT: "No such file or directory",
    EACCES: "Permission denied",
    ENOTDIR: "Not a directory",
    EISDIR: "Is a directory",
    ENOSPC: "No space left on device",
    EROFS: "Read-only file system",
  };
  return known[code ?? ""] ?? message;
}
