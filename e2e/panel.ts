import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

export type Panel = {
  /** origin of the panel, without a slash at the end */
  url: string;
  /** the one-time link that npm start printed on the fresh database */
  setUpLink: string;
  state: string;
  socket: string;
  /** where jails lie and where /etc is on the host that the panel manages */
  jails: string;
  etc: string;
  /** runs a program on that host, as its admin would; @returns what it printed, throws when its status is not 0 */
  onHost(program: string, ...args: string[]): string;
  /** everything that npm start has printed so far */
  log(): string;
  /** Ctrl-C, then the state directory is removed; fails if npm start does not end with status 0 */
  stop(): Promise<void>;
};

/** @returns a TCP port of this machine that nobody listens on */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts what a user starts, with a state directory and a port of its own. */
export async function startPanel(
  options: { state?: string; port?: number; env?: Record<string, string> } = {},
): Promise<Panel> {
  const state = options.state ?? mkdtempSync(join(tmpdir(), "knast-e2e-"));
  const port = options.port ?? (await freePort());
  const child = spawn(process.execPath, ["server/launch/start.mjs"], {
    cwd: root,
    env: { ...process.env, PORT: String(port), KNAST_STATE: state, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  const url = `http://127.0.0.1:${port}`;
  await until(
    child,
    () => printed.includes(`${url}`) && /ready|set-up\//i.test(printed),
    () => printed,
  );
  const setUpLink = new RegExp(`${url}/set-up/[A-Za-z0-9_-]+`).exec(printed)?.[0] ?? "";
  return {
    url,
    setUpLink,
    state,
    socket: join(state, "run/knastd.sock"),
    jails: options.env?.KNAST_JAILS ?? join(state, "devjail/jails"),
    etc: join(state, "devjail/etc"),
    onHost: (program, ...args) => {
      const bin = join(state, "devjail/bin");
      const path = program.includes("/") ? program : join(bin, program);
      return execFileSync(join(bin, "onhost"), [path, ...args], { encoding: "utf8", stdio: "pipe" });
    },
    log: () => printed,
    async stop() {
      const status = await ended(child, "SIGINT");
      if (!options.state) rmSync(state, { recursive: true, force: true });
      if (status !== 0) throw new Error(`npm start ended with ${status}:\n${printed.slice(-4000)}`);
    },
  };
}

function until(child: ChildProcess, done: () => boolean, printed: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    const deadline = Date.now() + 300_000;
    const timer = setInterval(() => {
      const late = Date.now() > deadline;
      if (!done() && !late && child.exitCode === null) return;
      clearInterval(timer);
      if (done()) resolve();
      else reject(new Error(`npm start ${late ? "did not come up" : "ended"}:\n${printed()}`));
    }, 100);
  });
}

function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => {
    child.once("exit", (code) => resolve(code));
    child.kill(signal);
  });
}
