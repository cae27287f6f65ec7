import { fork, spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { build } from "esbuild";
import { root, startDaemon } from "../devjail-daemon.mjs";
import { openShell } from "./client.mjs";
import { payload } from "./payload.mjs";

const JAIL = "bench_shell";
export const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Node's flags by which a process collects its garbage when it is told to and has 1 MiB for what is young: how much lies about at
 * a moment, and when V8 takes 32 MiB more for it, is chance, and no shell's.
 */
export const TIDY = [
  "--max-semi-space-size=1",
  "--expose-gc",
  "--import",
  "data:text/javascript,process.on('SIGUSR2',()=>gc())",
];

/** Resident memory of processes in MiB. */
export const memoryOf = (pids) =>
  pids.reduce((sum, pid) => sum + Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]) / 256, 0);

/** The same once those of `target` that run Node, with TIDY, have collected their garbage, twice, as what is freed first frees more. */
export async function tidyMemoryOf({ pids, kind }) {
  for (let i = 0; i < 2; i++) {
    if (kind !== "ttyd") for (const pid of pids) process.kill(pid, "SIGUSR2");
    await wait(500);
  }
  return memoryOf(pids);
}

/** A program of ours that tells its port. */
async function start(flags, script, ...args) {
  const options = { stdio: ["ignore", "inherit", "inherit", "ipc"], execArgv: flags };
  const child = fork(join(root, "bench/terminal", script), args, options);
  const { port } = await new Promise((resolve, reject) => {
    child.once("message", resolve);
    child.once("exit", () => reject(new Error(`${script} ended`)));
  });
  return { port, pid: child.pid, stop: () => child.disconnect() };
}

/** A shell that answers, with a prompt that is no part of the measurement. */
export async function ready(shell) {
  shell.type("exec /bin/sh\r");
  await wait(300);
  const seen = shell.see("re-ady");
  shell.type("PS1=; stty -echo; echo re'-'ady\r");
  await seen;
  return shell;
}

/**
 * Ours the whole way (handover → knastd → jexec → pty), bare node-pty and ws, and ttyd where it is installed.
 * @param flags of Node for them
 * @returns kinds, each with url() of a new shell and its close(), file (the payload as its shells see it), pids of what serves it; and stop()
 */
export async function startTargets(dir, mib, flags = []) {
  const stops = [];
  const stop = async () => {
    for (const one of stops.splice(0).reverse()) await one();
  };
  try {
    const daemon = await startDaemon({ shells: 400, "shells-per-person": 400, "shells-per-jail": 400 }, flags);
    stops.push(daemon.stop);
    const { freeIp4 } = await daemon.knastd.call("host.info");
    const spec = { hostname: "bench.shell", interface: freeIp4.interface, ip4: [freeIp4.address], autostart: false };
    await daemon.knastd.job("jail.create", spec);
    await daemon.knastd.job("jail.start", { name: JAIL });
    const outside = join(daemon.host.jails, JAIL, "root/bench.txt");
    writeFileSync(outside, payload(mib));
    // Below dist/, where the native part of the handover is found.
    const bundle = join(root, "dist/bench/upgrade.mjs");
    const options = { bundle: true, platform: "node", format: "esm", logLevel: "warning" };
    await build({ ...options, entryPoints: [join(root, "server/web/upgrade.ts")], outfile: bundle });
    const web = await start(flags, "web.mjs", bundle, daemon.socket);
    const bare = await start(flags, "baseline.mjs");
    stops.push(web.stop, bare.stop);
    const { knastd } = daemon;
    const kinds = {
      ours: {
        pids: [daemon.pid, web.pid],
        file: "/root/bench.txt",
        url: async () => {
          const { terminal } = await knastd.call("terminal.open", { name: JAIL, cols: 80, rows: 24 });
          return `ws://127.0.0.1:${web.port}/ws/terminals/${terminal}`;
        },
        close: (url) => knastd.call("terminal.close", { terminal: url.split("/").at(-1) }).catch(() => {}),
      },
      bare: { pids: [bare.pid], file: outside, url: async () => `ws://127.0.0.1:${bare.port}/`, close: async () => {} },
    };
    const ttyd = await startTtyd();
    if (ttyd) {
      stops.push(ttyd.stop);
      kinds.ttyd = { ...kinds.bare, pids: [ttyd.pid], url: async () => `ws://127.0.0.1:${ttyd.port}/ws` };
    }
    for (const [kind, target] of Object.entries(kinds))
      target.open = async (more = {}) => {
        const url = await target.url();
        const shell = await openShell(url, { kind, ...more });
        return { url, shell, close: async () => (shell.close(), target.close(url)) };
      };
    return { kinds, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** @returns null when it is not installed */
async function startTtyd() {
  const program = ["/usr/bin/ttyd", "/usr/local/bin/ttyd"].find((file) => existsSync(file));
  if (!program) return null;
  const port = await new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port: free } = server.address();
      server.close(() => resolve(free));
    });
  });
  const child = spawn(program, ["-W", "-i", "127.0.0.1", "-p", String(port), "/bin/sh", "-i"], { stdio: "ignore" });
  await wait(500);
  return { port, pid: child.pid, stop: () => void child.kill() };
}
