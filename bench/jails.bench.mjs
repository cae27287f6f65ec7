// jail.create, start, stop and the list of 500 jails through knastd, beside the bare commands in the same run.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startDaemon } from "./devjail-daemon.mjs";
import { median, row } from "./figures.mjs";

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const CONFIGURED = 500;
const NAME = "bench_example";
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function timed(work) {
  const start = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - start) / 1e6;
}

/** The life of one jail: each verb beside the command that does its bulk. */
async function benchLife({ host, knastd, bare, enter }) {
  const { freeIp4 } = await knastd.call("host.info");
  const spec = { hostname: "bench.example", interface: freeIp4.interface, ip4: [freeIp4.address], autostart: false };
  const config = join(host.etc, "jail.conf.d", `${NAME}.conf`);
  const copy = join(host.jails, ".bench");
  const times = {};
  const measure = async (what, work) => (times[what] ??= []).push(await timed(work));
  for (let i = 0; i < ROUNDS; i++) {
    await measure("enter", enter);
    await measure("cp", () => bare("cp", "-a", join(host.jails, "newjail"), copy));
    await bare("rm", "-rfx", copy);
    await measure("create", () => knastd.job("jail.create", spec));
    await measure("start", () => knastd.job("jail.start", { name: NAME }));
    await measure("stop", () => knastd.job("jail.stop", { name: NAME }));
    await measure("jail -c", () => bare("jail", "-f", config, "-c", NAME));
    await measure("jail -r", () => bare("jail", "-f", config, "-r", NAME));
    await knastd.job("jail.destroy", { name: NAME });
  }
  const own = (what) => median(times[what]) - median(times.enter);
  return [
    row("jail.create", "ms", median(times.create), "cp -a newjail alone", own("cp")),
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

/** @returns the report's rows */
export async function benchJails() {
  const daemon = await startDaemon();
  try {
    return [...(await benchLife(daemon)), ...(await benchList(daemon))];
  } finally {
    await daemon.stop();
  }
}
