// archive.create, archive.restore and jail.clone of a jail of BENCH_ARCHIVE_MB megabytes, beside bare tar(1) in the same run.
import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startDaemon } from "./devjail-daemon.mjs";
import { median, row } from "./figures.mjs";

const MB = Number(process.env.BENCH_ARCHIVE_MB ?? 1024);
const ROUNDS = Number(process.env.BENCH_ARCHIVE_ROUNDS ?? 3);

async function timed(work) {
  const start = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - start) / 1e9;
}

/** A big file for each four megabytes, and a thousand small ones. */
function fill(tree) {
  const directory = join(tree, "var/bench");
  mkdirSync(directory, { recursive: true });
  for (let i = 0; i < MB / 4; i++) writeFileSync(join(directory, `big${i}`), randomBytes(4 * 1024 ** 2));
  for (let i = 0; i < 1000; i++) writeFileSync(join(directory, `small${i}`), randomBytes(2000));
}

/** @returns rows; both sides end with their bytes on the disk: sync(1) stands behind the bare ones */
export async function benchArchives() {
  const daemon = await startDaemon();
  const { host, knastd, bare, stop } = daemon;
  try {
    const { freeIp4 } = await knastd.call("host.info");
    const block = freeIp4.address.replace(/\.\d+$/, "");
    const wire = { interface: freeIp4.interface, autostart: false };
    await knastd.job("jail.create", { hostname: "big.example", name: "big", ip4: [`${block}.101`], ...wire });
    const tree = join(host.jails, "big");
    fill(tree);
    const [file, copy] = [join(host.jails, ".bench.tar"), join(host.jails, ".bench")];
    const times = {};
    const measure = async (what, work) => (times[what] ??= []).push(await timed(work));
    const as = { name: "copy", hostname: "copy.example", ip4: [`${block}.102`] };
    for (let i = 0; i < ROUNDS; i++) {
      await measure("tar -c", () =>
        bare("sh", "-c", `tar -cf ${file} --one-file-system -C ${tree} . && /bin/sync -f ${file}`),
      );
      await measure("create", () => knastd.job("archive.create", { name: "big" }));
      const [{ archive }] = (await knastd.call("archive.list")).archives;
      mkdirSync(copy);
      await measure("tar -x", () => bare("sh", "-c", `tar -xpf ${file} -C ${copy}`));
      await bare("rm", "-rf", copy, file);
      await measure("restore", () => knastd.job("archive.restore", { archive, as }));
      await knastd.job("jail.destroy", { name: "copy" });
      mkdirSync(copy);
      await measure("tar | tar", () => bare("sh", "-c", `tar -cf - -C ${tree} . | tar -xpf - -C ${copy}`));
      await bare("rm", "-rf", copy);
      await measure("clone", () => knastd.job("jail.clone", { name: "big", as }));
      await knastd.job("jail.destroy", { name: "copy" });
      await knastd.call("archive.remove", { archive });
    }
    const line = (what, ours, name, theirs) =>
      row(`${what} of ${MB} MB`, "s", median(times[ours]), name, median(times[theirs]));
    return [
      line("archive.create", "create", "tar -c and sync", "tar -c"),
      line("archive.restore", "restore", "tar -x", "tar -x"),
      line("jail.clone", "clone", "tar -c | tar -x", "tar | tar"),
    ];
  } finally {
    await stop();
  }
}

if (process.argv[1] === import.meta.filename) console.table(await benchArchives());
