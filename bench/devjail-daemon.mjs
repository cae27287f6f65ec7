import { execFile, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { connect } from "./acceptance/daemon.mjs";

const exec = promisify(execFile);
export const root = fileURLToPath(new URL("..", import.meta.url));
const bundle = join(root, "dist/devjail.js");
const bundleOf = (name) => join(root, `dist/${name}.js`);

/** @returns the process whose command line begins with node and then these words, null for none */
function pidOf(words) {
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name)))
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, "utf8");
      if (line.startsWith(`${process.execPath}\0${words}`)) return Number(pid);
    } catch {
      // it has ended meanwhile
    }
  return null;
}

/**
 * A knastd with a base and a pool on a devjail host of its own (run `npm start` or `npm test` once before, for dist/).
 * @param more options of knastd beside those of the host
 * @param flags of Node, for knastd
 * @returns host (what `devjail up` says), socket, knastd (bench/acceptance/daemon.mjs), pid of knastd, bare(program, …args), which runs one of the
 *   host's programs as knastd would, enter(), which costs what bare() costs beside its program, and stop()
 */
export async function startDaemon(more = {}, flags = []) {
  const dir = mkdtempSync(join(tmpdir(), "knast-bench-"));
  const state = join(dir, "devjail");
  const devjail = (...args) => exec(process.execPath, [bundle, ...args]);
  const host = JSON.parse((await devjail("up", "--state", state)).stdout);
  const socket = join(dir, "run/knastd.sock");
  const { jails, etc, log, world, foreign, bin: programs } = host;
  const options = { socket, state: join(dir, "daemon"), jails, etc, log, world, foreign, programs, ...more };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const inside = ["exec", "--state", state, "--"];
  const words = [...flags, bundleOf("knastd"), ...args];
  const daemon = spawn(process.execPath, [bundle, ...inside, process.execPath, ...words], {
    stdio: "ignore",
    cwd: "/",
    env: { PATH: "/usr/bin:/bin" },
  });
  const stop = async () => {
    daemon.kill("SIGTERM");
    await devjail("down", "--state", state);
    rmSync(dir, { recursive: true, force: true });
  };
  const knastd = connect(socket);
  try {
    for (const deadline = Date.now() + 30_000; ;) {
      const info = await knastd.call("host.info").catch((error) => error);
      if (!(info instanceof Error)) break;
      if (Date.now() > deadline) throw info;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await knastd.call("host.configure", { pools: [{ interface: host.interface, block: host.pool }] });
    await knastd.job("base.install", { source: { kind: "host" } });
  } catch (error) {
    await stop();
    throw error;
  }
  const [onhost, ...prefix] = host.exec;
  const inHost = (program, ...rest) => exec(onhost, [...prefix, program, ...rest], { cwd: "/" });
  const bare = (program, ...rest) => inHost(join(host.bin, program), ...rest);
  return {
    host,
    socket,
    knastd,
    pid: pidOf([...flags, bundleOf("knastd"), "--socket", socket].join("\0")),
    stop,
    bare,
    enter: () => inHost("/bin/true"),
  };
}
