import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawn as spawnPty } from "node-pty";
import { poll } from "../../../daemon/testing/poll.ts";

export type Ended = { status: number; out: Buffer; err: string };

/** The real ssh(1) with a directory of its own: keys, known hosts, no configuration and no agent. */
export function openSsh(port: number, hostKeyLine: string) {
  const dir = mkdtempSync(join(tmpdir(), "knast-ssh-"));
  const known = join(dir, "known_hosts");
  writeFileSync(known, `[127.0.0.1]:${port} ${hostKeyLine}\n`);
  const kills: (() => void)[] = [];

  /** @returns the file of a new key; the public one lies beside it */
  function makeKey(name: string, ...how: string[]): { file: string; line: string } {
    const file = join(dir, name);
    const type = how.length > 0 ? how : ["-t", "ed25519"];
    execFileSync("ssh-keygen", ["-q", "-N", "", "-C", name, "-f", file, ...type]);
    return { file, line: readFileSync(`${file}.pub`, "utf8").trim() };
  }

  const argsFor = (user: string, key: string, ...more: string[]) => [
    ...["-F", "none", "-p", String(port), "-i", key, "-l", user],
    ...["BatchMode=yes", "IdentitiesOnly=yes", "StrictHostKeyChecking=yes", `UserKnownHostsFile=${known}`].flatMap(
      (option) => ["-o", option],
    ),
    ...more,
    "127.0.0.1",
  ];
  const env: NodeJS.ProcessEnv & Record<string, string> = {
    NODE_ENV: "test",
    PATH: process.env.PATH ?? "",
    HOME: dir,
    LANG: "C.UTF-8",
  };

  /** Runs it without a terminal of its own. */
  function start(user: string, key: string, { args = [] as string[], command = [] as string[] } = {}) {
    const child: ChildProcessWithoutNullStreams = spawn("ssh", [...argsFor(user, key, ...args), ...command], { env });
    kills.push(() => child.kill("SIGKILL"));
    const out: Buffer[] = [];
    let err = "";
    child.stdout.on("data", (bytes: Buffer) => out.push(bytes));
    child.stderr.on("data", (bytes: Buffer) => (err += bytes.toString()));
    child.stdin.on("error", () => {});
    const ended = new Promise<Ended>((resolve) =>
      child.once("close", (status) => resolve({ status: status ?? -1, out: Buffer.concat(out), err })),
    );
    return { child, ended, err: () => err, out: () => Buffer.concat(out) };
  }

  /** Runs it in a terminal, as a person does. */
  function terminal(user: string, key: string, { cols = 80, rows = 24, args = [] as string[], command = "" } = {}) {
    const how = [...argsFor(user, key, ...args), ...(command === "" ? [] : [command])];
    const pty = spawnPty("ssh", how, { env, cols, rows, name: "xterm-256color", cwd: dir });
    kills.push(() => pty.kill("SIGKILL"));
    let text = "";
    let status: number | null = null;
    pty.onData((data) => (text += data));
    pty.onExit(({ exitCode }) => (status = exitCode));
    return {
      pty,
      text: () => text,
      status: () => status,
      /** Waits for something new that it shows. */
      async until(what: RegExp, deadlineMs = 30_000): Promise<RegExpExecArray> {
        await poll(`${what} in ${user}'s terminal`, () => what.test(text), deadlineMs).catch((error: Error) => {
          throw new Error(`${error.message}; it shows ${JSON.stringify(text.slice(-600))}`);
        });
        const match = what.exec(text)!;
        text = text.slice(match.index + match[0].length);
        return match;
      },
      /** A new shell has come up, and is the plain one (root's is csh). */
      async plain(): Promise<void> {
        await this.until(/Log in as \w+\+[0-9a-f]{6} to come back to it\.\r\n/);
        await this.until(/[#%$>] /);
        pty.write("exec env PS1=ready- /bin/sh\n");
        await this.until(/\nready-/);
      },
      async end(): Promise<number> {
        await poll(`the end of ${user}'s ssh`, () => status !== null, 30_000).catch((error: Error) => {
          throw new Error(`${error.message}; it shows ${JSON.stringify(text.slice(-600))}`);
        });
        return status!;
      },
    };
  }

  return {
    dir,
    makeKey,
    argsFor,
    env,
    start,
    terminal,
    stop() {
      for (const kill of kills) kill();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
export type OpenSsh = ReturnType<typeof openSsh>;
