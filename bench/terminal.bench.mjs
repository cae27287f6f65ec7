// Throughput and echo of a shell the whole way (browser's protocol → splice → knastd → jexec → pty) beside bare node-pty and ws.
import { fork } from "node:child_process";
import { randomInt } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { root, startDaemon } from "./devjail-daemon.mjs";
import { median, quantile, row, table } from "./figures.mjs";
import { openShell } from "./terminal-client.mjs";

const MIB = Number(process.env.BENCH_MIB ?? 32);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const KEYS = Number(process.env.BENCH_KEYS ?? 300);
const JAIL = "bench_shell";
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A program of ours that tells its port. */
async function start(script, ...args) {
  const child = fork(join(root, "bench", script), args, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const { port } = await new Promise((resolve, reject) => {
    child.once("message", resolve);
    child.once("exit", () => reject(new Error(`${script} ended`)));
  });
  return { port, stop: () => child.disconnect() };
}

/** A knastd with one running jail. */
async function startJail() {
  const daemon = await startDaemon();
  try {
    const { freeIp4 } = await daemon.knastd.call("host.info");
    const spec = { hostname: "bench.shell", interface: freeIp4.interface, ip4: [freeIp4.address], autostart: false };
    await daemon.knastd.job("jail.create", spec);
    await daemon.knastd.job("jail.start", { name: JAIL });
  } catch (error) {
    await daemon.stop();
    throw error;
  }
  return { ...daemon, root: join(daemon.host.jails, JAIL) };
}

/** Coloured lines of many lengths with characters of one to four bytes. */
function payload(mib) {
  const words = [
    "knast ",
    "jail ",
    "ünï ",
    "漢字 ",
    "\x1b[32mok\x1b[0m ",
    "/usr/local/etc ",
    "👍 ",
    "0123456789abcdef ",
  ];
  const lines = Array.from({ length: 2000 }, () =>
    Array.from({ length: 1 + randomInt(24) }, () => words[randomInt(words.length)]).join(""),
  );
  const block = Buffer.from(`${lines.join("\n")}\n`);
  return Buffer.concat(Array.from({ length: Math.ceil((mib << 20) / block.length) }, () => block)).subarray(
    0,
    mib << 20,
  );
}

/** A shell that answers, with a prompt that is no part of the measurement. */
async function ready(shell) {
  shell.type("exec /bin/sh\r");
  await wait(200);
  const seen = shell.see("re-ady");
  shell.type("PS1=; stty -echo; echo re'-'ady\r");
  await seen;
  return shell;
}

/** @returns MiB a second from the command to the last byte */
async function throughput(shell, file) {
  const seen = shell.see("the-end");
  const from = performance.now();
  shell.type(`cat ${file}; echo the'-'end\r`);
  await seen;
  return MIB / ((performance.now() - from) / 1000);
}

/** @returns milliseconds from a key to its echo by the tty, one after the other */
async function echo(shell) {
  const begun = shell.see("be-gin");
  shell.type("stty echo -icanon min 1 time 0; echo be'-'gin; cat >/dev/null\r");
  await begun;
  await wait(100);
  const times = [];
  for (let i = 0; i < KEYS; i++) {
    const from = performance.now();
    await new Promise((resolve) => {
      shell.data = resolve;
      shell.type("abcdefghij"[i % 10]);
    });
    times.push(performance.now() - from);
    await wait(4 + randomInt(8));
  }
  return times;
}

/** @returns the rows of the report; rounds of both are interleaved */
export async function benchTerminal() {
  const dir = mkdtempSync(join(tmpdir(), "knast-bench-"));
  const stops = [];
  try {
    const daemon = await startJail();
    stops.push(daemon.stop);
    const bundle = join(dir, "upgrade.mjs");
    await build({
      entryPoints: [join(root, "server/web/upgrade.ts")],
      outfile: bundle,
      bundle: true,
      platform: "node",
      format: "esm",
      logLevel: "warning",
    });
    const web = await start("terminal-web.mjs", bundle, daemon.socket);
    const bare = await start("terminal-baseline.mjs");
    stops.push(web.stop, bare.stop);
    writeFileSync(join(daemon.root, "root/bench.txt"), payload(MIB));
    const kinds = {
      ours: async () => {
        const { terminal } = await daemon.knastd.call("terminal.open", { name: JAIL, cols: 80, rows: 24 });
        const shell = await openShell(`ws://127.0.0.1:${web.port}/ws/terminals/${terminal}`, { ours: true });
        const close = () => (shell.close(), daemon.knastd.call("terminal.close", { terminal }));
        return { shell: await ready(shell), close, file: "/root/bench.txt" };
      },
      bare: async () => {
        const shell = await openShell(`ws://127.0.0.1:${bare.port}/`, { ours: false });
        return { shell: await ready(shell), close: shell.close, file: join(daemon.root, "root/bench.txt") };
      },
    };
    const measured = { ours: { rate: [], keys: [] }, bare: { rate: [], keys: [] } };
    for (let round = 0; round < ROUNDS; round++)
      for (const [kind, open] of Object.entries(kinds)) {
        const { shell, close, file } = await open();
        measured[kind].rate.push(await throughput(shell, file));
        measured[kind].keys.push(await echo(shell));
        await close();
        await wait(200);
      }
    const name = "bare node-pty and ws";
    const { ours, bare: base } = measured;
    const of = (kind, p) => median(kind.keys.map((times) => quantile(times, p)));
    return [
      row(`shell, cat of ${MIB} MiB`, "MiB/s", median(ours.rate), name, median(base.rate)),
      row("shell, key to echo, p50", "ms", of(ours, 0.5), name, of(base, 0.5)),
      row("shell, key to echo, p99", "ms", of(ours, 0.99), name, of(base, 0.99)),
    ];
  } finally {
    for (const stop of stops.reverse()) await stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const rows = await benchTerminal();
  console.log(`${table(rows)}\n\n${JSON.stringify(rows)}`);
}
