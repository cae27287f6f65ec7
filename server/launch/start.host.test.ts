import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const asRoot = process.getuid?.() === 0;

type Started = {
  url: string;
  state: string;
  child: ChildProcess;
  printed: () => string;
  took: number;
  ended: Promise<number | null>;
};
const running: Started[] = [];

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function until(what: string, done: () => boolean | Promise<boolean>, ms = 60_000): Promise<void> {
  const deadline = Date.now() + ms;
  while (!(await done())) {
    if (Date.now() > deadline) throw new Error(`${what} did not come to be`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function start(state: string, env: Record<string, string> = {}): Promise<Started> {
  const port = await freePort();
  const begun = Date.now();
  const child = spawn(process.execPath, ["server/launch/start.mjs"], {
    cwd: root,
    env: { ...process.env, NODE_ENV: "production", PORT: String(port), KNAST_STATE: state, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout!, child.stderr!]) stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  await until("npm start", () => text.includes("KnastHorst is ready") || child.exitCode !== null, 300_000);
  if (child.exitCode !== null) throw new Error(text);
  const made = { url: `http://127.0.0.1:${port}`, state, child, printed: () => text, took: Date.now() - begun, ended };
  running.push(made);
  return made;
}

async function stop(panel: Started, signal: NodeJS.Signals = "SIGINT"): Promise<number | null> {
  running.splice(running.indexOf(panel), 1);
  panel.child.kill(signal);
  return panel.ended;
}

const states: string[] = [];
function newState(): string {
  const state = mkdtempSync(join(tmpdir(), "knast-start-"));
  states.push(state);
  return state;
}

/** @returns seconds that processes and those which they have waited for have had of a CPU (proc(5)) */
const cpuSecondsOf = (pids: number[]): number =>
  pids
    .flatMap((pid) => {
      const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
      // utime, stime, cutime, cstime, in hundredths of a second
      return fields.slice(11, 15).map((ticks) => Number(ticks) / 100);
    })
    .reduce((sum, each) => sum + each, 0);

/** @returns pids of processes whose arguments or environment name the state directory */
function processesOf(state: string): number[] {
  const found = [];
  for (const name of readdirSync("/proc").filter((each) => /^[0-9]+$/.test(each)))
    try {
      const about = readFileSync(`/proc/${name}/cmdline`, "utf8") + readFileSync(`/proc/${name}/environ`, "utf8");
      if (about.includes(state) && Number(name) !== process.pid) found.push(Number(name));
    } catch {
      continue; // it has ended meanwhile
    }
  return found;
}

function webProcess(): number[] {
  return readdirSync("/proc")
    .filter((each) => /^[0-9]+$/.test(each))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("dist/knast-web.js");
      } catch {
        return false;
      }
    });
}
const parentOf = (pid: number) => Number(/\nPPid:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]);
const webOf = (panel: Started) => webProcess().find((pid) => parentOf(pid) === panel.child.pid)!;

const status = (url: string) =>
  fetch(url, { redirect: "manual" }).then(
    (response) => response.status,
    () => 0,
  );
const daemonAnswers = (socketPath: string) =>
  new Promise<boolean>((resolve) => {
    const asked = request(
      { socketPath, path: "/v1/jail.list", method: "POST", headers: { "content-type": "application/json" } },
      (reply) => {
        reply.resume();
        resolve(reply.statusCode === 200);
      },
    );
    asked.on("error", () => resolve(false));
    asked.end("{}");
  });

beforeAll(async () => {
  const build = new URL("build.mjs", import.meta.url).href;
  const { installAndBuild } = (await import(build)) as { installAndBuild(before: () => Promise<void>): Promise<void> };
  await installAndBuild(async () => {});
}, 400_000);
afterEach(async () => {
  for (const panel of [...running]) await stop(panel);
  for (const state of states.splice(0)) rmSync(state, { recursive: true, force: true });
});

describe("npm start", () => {
  it("is up within 5 seconds when nothing has changed, tells a set-up link, ends with 0 and leaves no trace", async () => {
    const state = newState();
    const mounted = () => readFileSync("/proc/self/mounts", "utf8").includes(state);
    // devjail's networks bear a mark of their state directory; other hosts come and go beside this one.
    const mark = `kh${createHash("sha256").update(join(state, "devjail")).digest("hex").slice(0, 7)}`;
    const links = () => readdirSync("/sys/class/net").filter((name) => name.startsWith(mark));
    const panel = await start(state);
    // On a machine that has other things to do it takes longer: then what it had of the machine counts.
    if (panel.took >= 5000) expect(cpuSecondsOf(processesOf(state))).toBeLessThan(5);
    expect(panel.printed()).not.toMatch(/npm ci|next build|bundle|generate/);
    expect(panel.printed()).toContain(`${panel.url}/set-up/`);
    expect(await status(`${panel.url}/sign-in`)).toBe(200);
    if (asRoot) expect(links()).not.toEqual([]);
    expect(await stop(panel)).toBe(0);
    expect(processesOf(state)).toEqual([]);
    expect(mounted()).toBe(false);
    rmSync(state, { recursive: true });
    expect(links()).toEqual([]);
  });

  it("runs twice side by side, each with a state, a port and a cookie of its own, but not twice on one state", async () => {
    const [one, two] = [await start(newState()), await start(newState())];
    expect(await status(`${one.url}/sign-in`)).toBe(200);
    expect(await status(`${two.url}/sign-in`)).toBe(200);
    const secrets = [one, two].map(({ state }) => readFileSync(join(state, "web/secret"), "utf8"));
    expect(secrets[0]).not.toBe(secrets[1]);
    await expect(start(one.state)).rejects.toThrow(/runs already/);
    expect(await status(`${one.url}/sign-in`)).toBe(200);
  });

  it.runIf(asRoot)(
    "gives knast-web an account of its own that reads neither the jail root nor knastd's state",
    async () => {
      const panel = await start(newState());
      const pid = webOf(panel);
      const about = readFileSync(`/proc/${pid}/status`, "utf8");
      const uid = Number(/\nUid:\s*(\d+)/.exec(about)![1]);
      const gid = Number(/\nGid:\s*(\d+)/.exec(about)![1]);
      expect(uid).toBeGreaterThan(0);
      expect(about).toMatch(/\nCapEff:\s*0+\n/);
      expect(about).toMatch(/\nCapBnd:\s*0+\n/);
      expect(about).toMatch(/\nNoNewPrivs:\s*1\n/);
      expect(about).toMatch(/\nGroups:\s*\n/);
      expect(readFileSync("/etc/passwd", "utf8")).not.toContain(`:${uid}:`);
      // The same view and the same account as knast-web itself: what it can't read here, it can't read.
      const asWeb = (...args: string[]) => {
        const enter = ["--target", String(pid), "--mount", "--setuid", String(uid), "--setgid", String(gid), "--"];
        try {
          return execFileSync("nsenter", [...enter, ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
        } catch (error) {
          return String((error as { stderr: string }).stderr);
        }
      };
      const { state } = panel;
      for (const path of ["daemon", "devjail", "devjail/jails", "log"])
        expect(asWeb("ls", join(state, path)), path).toContain("Permission denied");
      expect(asWeb("ls", "/mnt/state/web")).toContain("knast.db");
      expect(asWeb("touch", "/mnt/app/x")).toContain("Read-only file system");
      expect(asWeb("cat", "/etc/shadow")).toContain("Permission denied");
      expect(statSync(join(state, "run")).mode & 0o777).toBe(0o750);
      expect(statSync(join(state, "run/knastd.sock")).mode & 0o777).toBe(0o660);
      expect(statSync(join(state, "web")).mode & 0o777).toBe(0o700);
      expect(readlinkSync(`/proc/${pid}/ns/mnt`)).not.toBe(readlinkSync("/proc/self/ns/mnt"));
    },
  );

  it.runIf(asRoot)("serves from a state directory that nobody but root can reach", async () => {
    const above = newState();
    chmodSync(above, 0o700);
    const panel = await start(join(above, "deep/state"));
    expect(await status(`${panel.url}/sign-in`)).toBe(200);
    expect(await daemonAnswers(join(panel.state, "run/knastd.sock"))).toBe(true);
  });

  it("starts a process that was killed again", async () => {
    const panel = await start(newState());
    process.kill(webOf(panel), "SIGKILL");
    await until("knast-web", async () => (await status(`${panel.url}/sign-in`)) === 200);
    const socket = join(panel.state, "run/knastd.sock");
    const pid = processesOf(panel.state).find(
      (each) => /knastd\.js/.test(readFileSync(`/proc/${each}/cmdline`, "utf8")) && parentOf(each) === panel.child.pid,
    )!;
    process.kill(pid, "SIGKILL");
    await until("knastd", () => daemonAnswers(socket));
    expect(panel.printed()).toMatch(/knast-web ended with SIGKILL[\s\S]*knastd ended with SIGKILL/);
    expect(await stop(panel, "SIGTERM")).toBe(0);
  });

  it("takes its processes along when it is killed itself, and starts again on what is left", async () => {
    const state = newState();
    const panel = await start(state);
    const web = webOf(panel);
    await stop(panel, "SIGKILL");
    await until("the end of knast-web", () => !existsSync(`/proc/${web}`));
    const again = await start(state);
    expect(await status(`${again.url}/sign-in`)).toBe(200);
    expect(await stop(again)).toBe(0);
    expect(processesOf(state)).toEqual([]);
  });

  it("says in a sentence what is wrong with its settings", async () => {
    await expect(start(newState(), { PORT: "http" })).rejects.toThrow(/PORT is not a port: http/);
    await expect(start(newState(), { KNAST_ORIGIN: "example.org" })).rejects.toThrow(/KNAST_ORIGIN/);
  });

  it.runIf(asRoot)("does not let knast-web run as root", () => {
    const run = () =>
      execFileSync(process.execPath, ["dist/knast-web.js"], {
        cwd: root,
        env: { NODE_ENV: "production" },
        stdio: "pipe",
      });
    expect(run).toThrow(/never run as root/);
  });
});
