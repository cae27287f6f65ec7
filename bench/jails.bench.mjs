// jail.create, start, stop and the list of 500 jails through knastd, beside the bare commands in the same run.
import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { median, row } from "./figures.mjs";

const exec = promisify(execFile);
const root = new URL("..", import.meta.url).pathname;
const ROUNDS = Number(process.env.ROUNDS ?? 7);
const CONFIGURED = 500;

/** A knastd on a devjail host of its own. */
async function startDaemon() {
  const state = mkdtempSync(join(tmpdir(), "knast-bench-"));
  const dev = async (...args) => (await exec(process.execPath, [join(root, "dist/devjail.js"), ...args])).stdout;
  const host = JSON.parse(await dev("up", "--state", join(state, "devjail")));
  const socket = join(state, "run/knastd.sock");
  const options = {
    socket,
    state: join(state, "daemon"),
    jails: host.jails,
    etc: host.etc,
    log: host.log,
    world: host.world,
    programs: host.bin,
  };
  const argv = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const inside = ["exec", "--state", join(state, "devjail"), "--"];
  const daemon = spawn(
    process.execPath,
    [join(root, "dist/devjail.js"), ...inside, process.execPath, join(root, "dist/knastd.js"), ...argv],
    {
      stdio: ["ignore", "ignore", "inherit"],
      env: { PATH: process.env.PATH },
    },
  );
  const onHost = (program, ...args) =>
    exec(process.execPath, [join(root, "dist/devjail.js"), ...inside, program, ...args]);
  return {
    ...options,
    pool: { interface: host.interface, block: host.pool },
    pid: daemon.pid,
    /** runs one of the host's programs as knastd would; the extra process that enters the host is measured by `enter` */
    bare: (program, ...args) => onHost(join(host.bin, program), ...args),
    enter: () => onHost("/bin/true"),
    async stop() {
      daemon.kill("SIGTERM");
      await dev("down", "--state", join(state, "devjail"));
      rmSync(state, { recursive: true, force: true });
    },
  };
}

function post(socketPath, verb, input) {
  return new Promise((resolve, reject) => {
    const req = request(
      { socketPath, path: `/v1/${verb}`, method: "POST", headers: { "content-type": "application/json" } },
      (res) => {
        let text = "";
        res.on("data", (chunk) => (text += chunk));
        res.on("end", () =>
          res.statusCode < 300 ? resolve(text) : reject(new Error(`${verb}: ${res.statusCode} ${text}`)),
        );
      },
    );
    req.on("error", reject);
    req.end(JSON.stringify(input));
  });
}

/** Runs a job to its end; throws with its failure. */
async function job(socket, verb, input) {
  const { job: id } = JSON.parse(await post(socket, verb, input));
  const last = (await post(socket, "job.follow", { job: id })).trim().split("\n").at(-1);
  if (JSON.parse(last).kind !== "done") throw new Error(`${verb}: ${last}`);
}

async function timed(work) {
  const start = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - start) / 1e6;
}

const poll = async (work) => {
  for (const deadline = Date.now() + 20_000; ; ) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
};

export async function benchJails() {
  const d = await startDaemon();
  const rows = [];
  try {
    await poll(() => post(d.socket, "host.info", {}));
    await post(d.socket, "host.configure", { pools: [d.pool] });
    await job(d.socket, "base.install", { source: { kind: "host" } });
    const info = JSON.parse(await post(d.socket, "host.info", {}));
    const spec = {
      hostname: "bench.example",
      interface: info.freeIp4.interface,
      ip4: [info.freeIp4.address],
      autostart: false,
    };
    const name = "bench_example";
    const file = join(d.etc, "jail.conf.d", `${name}.conf`);
    const t = { enter: [], create: [], cp: [], start: [], bareStart: [], stop: [], bareStop: [] };
    for (let i = 0; i < ROUNDS; i++) {
      t.enter.push(await timed(() => d.enter()));
      t.cp.push(await timed(() => d.bare("cp", "-a", join(d.jails, "newjail"), join(d.jails, `.bench${i}`))));
      await d.bare("rm", "-rf", join(d.jails, `.bench${i}`));
      t.create.push(await timed(() => job(d.socket, "jail.create", spec)));
      t.start.push(await timed(() => job(d.socket, "jail.start", { name })));
      t.stop.push(await timed(() => job(d.socket, "jail.stop", { name })));
      t.bareStart.push(await timed(() => d.bare("jail", "-f", file, "-c", name)));
      t.bareStop.push(await timed(() => d.bare("jail", "-f", file, "-r", name)));
      await job(d.socket, "jail.destroy", { name });
    }
    const enter = median(t.enter);
    const less = (times) => median(times) - enter;
    rows.push(row("jail.create", "ms", median(t.create), "cp -a newjail", less(t.cp)));
    rows.push(row("jail.start", "ms", median(t.start), "jail -c alone", less(t.bareStart)));
    rows.push(row("jail.stop", "ms", median(t.stop), "jail -r alone", less(t.bareStop)));

    for (let i = 0; i < CONFIGURED; i++)
      writeFileSync(
        join(d.etc, "jail.conf.d", `list${i}.conf`),
        `list${i} {\n\tpath = '${d.jails}/list${i}';\n\thost.hostname = 'list${i}.example';\n\tip4.addr = '10.250.${i >> 8}.${i & 255}/32';\n\tmount.devfs;\n\texec.start = '/bin/sh /etc/rc';\n}\n`,
      );
    const list = { cold: [], warm: [], bare: [] };
    for (let i = 0; i < ROUNDS; i++) {
      writeFileSync(
        join(d.etc, "jail.conf.d", "list0.conf"),
        `list0 { path = '${d.jails}/list0'; host.hostname = 'a${i}.example'; }\n`,
      );
      await new Promise((resolve) => setTimeout(resolve, 1100));
      list.cold.push(await timed(() => post(d.socket, "jail.list", {})));
      await new Promise((resolve) => setTimeout(resolve, 1100));
      list.warm.push(await timed(() => post(d.socket, "jail.list", {})));
      list.bare.push(
        await timed(async () => (await d.bare("jail", "-f", join(d.etc, "jail.conf"), "-e", "|"), await d.bare("jls"))),
      );
    }
    const bareList = median(list.bare) - 2 * enter;
    rows.push(
      row(`jail.list of ${CONFIGURED}, a config changed`, "ms", median(list.cold), "jail -e and jls alone", bareList),
    );
    rows.push(
      row(`jail.list of ${CONFIGURED}, nothing changed`, "ms", median(list.warm), "jail -e and jls alone", bareList),
    );
  } finally {
    await d.stop();
  }
  return rows;
}
