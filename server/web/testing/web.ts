import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encode } from "next-auth/jwt";
import { poll } from "../../daemon/testing/poll.ts";
import { beginSession } from "../../services/accounts/sessions.ts";
import { cookieName, secret } from "../../services/accounts/read-session.ts";
import { useSink } from "../../services/audit/record.ts";
import { db, openDb, useDb } from "../../services/db.ts";
import { type FakeDaemon, fakeDaemon } from "../../services/testing/fake-daemon.ts";

type Account = { uid: number; gid: number } | null;
/** Plain Node without types, as npm start needs it before anything is installed. */
const launch = <T>(name: string) => import(new URL(`../../launch/${name}.mjs`, import.meta.url).href) as Promise<T>;

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Makes this process one that works on a running panel's database and daemon, until it is called with nothing. */
export async function workOn(panel?: { state: string; socket: string; database?: string | undefined }): Promise<void> {
  const shared = globalThis as { knastSecret?: string; knastDb?: unknown };
  if (shared.knastDb) await db().$disconnect();
  delete shared.knastSecret;
  useDb(panel && openDb(panel.database ?? join(panel.state, "web/knast.db")));
  useSink(panel ? () => {} : undefined);
  for (const name of ["KNAST_STATE", "KNAST_SOCKET", "DATABASE_URL"]) delete process.env[name];
  if (panel) Object.assign(process.env, { KNAST_STATE: panel.state, KNAST_SOCKET: panel.socket });
  if (panel?.database) process.env.DATABASE_URL = panel.database;
}

/** A cookie as a sign-in sets it, without the sign-in: trials need thousands of them. @returns `NAME=VALUE` and its session's id */
export async function session(account: string): Promise<{ cookie: string; sid: string }> {
  const claims = await beginSession(account);
  const token = await encode({ token: claims, secret: secret(), salt: cookieName() });
  return { cookie: `${cookieName()}=${token}`, sid: claims.sid };
}

/** Resident memory of a process in bytes (proc(5)). */
export const residentBytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]) * 1024;

/** The built knast-web as npm start starts it, in front of a daemon that only notes what it is asked. This process works on its database. */
export async function startWeb(env: Record<string, string> = {}) {
  const { installAndBuild } = await launch<{ installAndBuild(before: () => Promise<void>): Promise<void> }>("build");
  const { makeState, webAccount, webCommand } = await launch<{
    webAccount(state: string): Promise<Account>;
    makeState(state: string, account: Account): void;
    webCommand(of: object): { program: string; args: string[]; options: object };
  }>("web-account");
  await installAndBuild(async () => {});
  const port = await freePort();
  const state = mkdtempSync(join(tmpdir(), "knast-web-"));
  chmodSync(state, 0o755);
  const account = await webAccount(state);
  makeState(state, account);
  const socket = join(state, "run/knastd.sock");
  const daemon: FakeDaemon = await fakeDaemon(socket);
  chmodSync(socket, 0o660);
  if (account) chownSync(socket, 0, account.gid);
  const own = { PATH: "/usr/local/bin:/usr/bin:/bin", LANG: "C.UTF-8", PORT: String(port), HOST: "127.0.0.1", ...env };
  const { program, args, options } = webCommand({ state, account, env: own });
  const child: ChildProcess = spawn(program, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  for (const stream of [child.stdout!, child.stderr!])
    stream.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  await poll(
    "knast-web is ready",
    () => {
      if (child.exitCode !== null) throw new Error(`knast-web ended:\n${printed}`);
      return printed.includes("KnastHorst is ready");
    },
    60_000,
  );
  await workOn({ state, socket, database: env.DATABASE_URL });
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    state,
    socket,
    daemon,
    pid: child.pid!,
    log: () => printed,
    alive: () => child.exitCode === null && child.signalCode === null,
    async stop() {
      child.kill("SIGTERM");
      await ended;
      await workOn();
      await daemon.stop();
      rmSync(state, { recursive: true, force: true });
    },
  };
}
export type Web = Awaited<ReturnType<typeof startWeb>>;
