// jail.create, start, stop and the list of 1,000 jails through knastd, beside the bare commands in the same run.
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startDaemon } from "./devjail-daemon.mjs";
import { median, row } from "./figures.mjs";

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const CONFIGURED = 1000;
const NAME = "bench_example";
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function timed(work) {
  const start = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - start) / 1e6;
}

/** FreeBSD's own skeleton has 386 entries of 4.0 MB; devjail's is a tenth of it. */
const REAL = { entries: 386, bytes: 4_000_000 };

function growSkeleton({ host }) {
  const skeleton = join(host.jails, "newjail");
  const more = REAL.entries - readdirSync(skeleton, { recursive: true }).length;
  const directory = join(skeleton, "usr/local/bench");
  mkdirSync(directory, { recursive: true });
  for (let i = 0; i < more; i++)
    writeFileSync(join(directory, `file${i}`), Buffer.alloc(REAL.bytes / more, 65 + (i % 26)));
}

/** jail.create beside the cp(1) that does its bulk. */
async function benchCreate({ host, knastd, bare, enter }, skeleton) {
  const { freeIp4 } = await knastd.call("host.info");
  const spec = { hostname: "bench.example", interface: freeIp4.interface, ip4: [freeIp4.address], autostart: false };
  const copy = join(host.jails, ".bench");
  const times = {};
  const measure = async (what, work) => (times[what] ??= []).push(await timed(work));
  for (let i = 0; i < ROUNDS; i++) {
    await measure("enter", enter);
    await measure("cp", () => bare("cp", "-a", join(host.jails, "newjail"), copy));
    await bare("rm", "-rfx", copy);
    await measure("create", () => knastd.job("jail.create", spec));
    await knastd.job("jail.destroy", { name: NAME });
  }
  const alone = median(times.cp) - median(times.enter);
  return row(`jail.create, skeleton of ${skeleton}`, "ms", median(times.create), "cp -a newjail alone", alone);
}

/** The life of one jail: each verb beside the command that does its bulk. */
async function benchLife({ host, knastd, bare, enter }) {
  const { freeIp4 } = await knastd.call("host.info");
  const spec = { hostname: "bench.example", interface: freeIp4.interface, ip4: [freeIp4.address], autostart: false };
  const config = join(host.etc, "jail.conf.d", `${NAME}.conf`);
  const times = {};
  const measure = async (what, work) => (times[what] ??= []).push(await timed(work));
  await knastd.job("jail.create", spec);
  for (let i = 0; i < ROUNDS; i++) {
    await measure("enter", enter);
    await measure("start", () => knastd.job("jail.start", { name: NAME }));
    await measure("stop", () => knastd.job("jail.stop", { name: NAME }));
    await measure("jail -c", () => bare("jail", "-f", config, "-c", NAME));
    await measure("jail -r", () => bare("jail", "-f", config, "-r", NAME));
  }
  await knastd.job("jail.destroy", { name: NAME });
  const own = (what) => median(times[what]) - median(times.enter);
  return [
    row("jail.start", "ms", median(times.start), "jail -c alone", own("jail -c")),
    row("jail.stop", "ms", median(times.stop), "jail -r alone", own("jail -r")),
  ];
}

/** The list, when a config has just changed and when none has; past the second for which knastd keeps an answer. */
async function benchList({ host, knastd, bare, enter }) {
  const write = (i, hostname) =>
    writeFileSync(
      join(host.etc, "jail.conf.d", `list${i}.conf`),
      `list${i} {\n\tpath = '${host.jails}/list${i}';\n\thost.hostname = '${hostname}';\n\tip4.addr = '10.250.${i >> 8}.${i & 255}/32';\n\tmount.devfs;\n}\n`,
    );
  for (let i = 0; i < CONFIGURED; i++) write(i, `list${i}.example`);
  const times = { changed: [], same: [], bare: [], enter: [] };
  const list = () => timed(() => knastd.call("jail.list"));
  for (let i = 0; i < ROUNDS; i++) {
    write(0, `round${i}.example`);
    await wait(1100);
    times.changed.push(await list());
    await wait(1100);
    times.same.push(await list());
    times.enter.push(await timed(enter));
    times.bare.push(
      await timed(() => bare("jail", "-f", join(host.etc, "jail.conf"), "-e", "|").then(() => bare("jls"))),
    );
  }
  const alone = median(times.bare) - 2 * median(times.enter);
  return [
    row(`jail.list of ${CONFIGURED}, one config changed`, "ms", median(times.changed), "jail -e and jls alone", alone),
    row(`jail.list of ${CONFIGURED}, none changed`, "ms", median(times.same), "jail -e and jls alone", alone),
  ];
}

/** The check-up of a host with as many jails, beside the programs that it asks, one after the other. */
async function benchCheckUp({ knastd, bare, enter }) {
  const asked = [
    ["sockstat", "-46l"],
    ["ps", "-axo", "pid,jid", "--libxo", "json"],
    ["sysctl", "-n", "kern.racct.enable"],
    ["devfs", "rule", "-s", "4", "show"],
    ["freebsd-version", "-kru"],
    ["ifconfig", "-a"],
    ["mount", "-p"],
    ["jls"],
  ];
  const times = { ours: [], bare: [], enter: [] };
  for (let i = 0; i < ROUNDS; i++) {
    await wait(1100);
    times.ours.push(await timed(() => knastd.call("host.check-up")));
    times.enter.push(await timed(enter));
    times.bare.push(
      await timed(async () => {
        for (const [program, ...args] of asked) await bare(program, ...args);
      }),
    );
  }
  const alone = median(times.bare) - asked.length * median(times.enter);
  return [row(`host.check-up with ${CONFIGURED} jails`, "ms", median(times.ours), "the programs it asks alone", alone)];
}

/** @returns the report's rows */
export async function benchJails() {
  const daemon = await startDaemon();
  try {
    const small = await benchCreate(daemon, "240 KB");
    growSkeleton(daemon);
    return [
      small,
      await benchCreate(daemon, "4 MB, as FreeBSD's"),
      ...(await benchLife(daemon)),
      ...(await benchList(daemon)),
      ...(await benchCheckUp(daemon)),
    ];
  } finally {
    await daemon.stop();
  }
}
