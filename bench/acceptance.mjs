/**
 * Acceptance: leads a running knastd through the whole life of two jails, on FreeBSD or anywhere else, and prints TAP 14.
 * Plain Node without packages, so that it can be copied to a host alone with its folder. See `--help`.
 */
import { audit } from "./acceptance/audit.mjs";
import { bases, removeSecondBase } from "./acceptance/bases.mjs";
import { connect } from "./acceptance/daemon.mjs";
import { keeping, mounts } from "./acceptance/keeping.mjs";
import { cleanUp, create, destroy, lookAround, restart, start } from "./acceptance/life.mjs";
import { baseSource, readOptions, USAGE } from "./acceptance/options.mjs";
import { limits } from "./acceptance/limits.mjs";
import { checkUp, vnet } from "./acceptance/network.mjs";
import { signals } from "./acceptance/signals.mjs";
import { badPlans, badRequests } from "./acceptance/requests.mjs";
import { hostRooms, movingHouse } from "./acceptance/rooms.mjs";
import { settings } from "./acceptance/settings.mjs";
import { files } from "./acceptance/files.mjs";
import { shells } from "./acceptance/shells.mjs";
import { together } from "./acceptance/together.mjs";
import { uploads } from "./acceptance/uploads.mjs";
import { hostLooks, wholeHost } from "./acceptance/whole.mjs";
import { bailOut, begin, comment, end, equal, need, ok, Stop } from "./acceptance/tap.mjs";

const NAMES = ["knast_acc_a", "knast_acc_b", "knast_acc_v", "knast_acc_m"];
const hostnameOf = (name) => name.replaceAll("_", "-");

async function prepare(daemon, options, undo) {
  let info = await need("host.info answers", () => daemon.call("host.info"));
  comment(`${info.hostname}, ${info.release}, knastd ${info.version}, jails in ${info.jailsDir}, racct ${info.racct}`);
  if (info.pools.length === 0 && options.pool) {
    undo.push(() => daemon.call("host.configure", { pools: [] }));
    info = await need("host.configure sets a pool", () => daemon.call("host.configure", { pools: [options.pool] }));
  }
  await need("no jails of an earlier run are left", () => cleanUp(daemon, NAMES));
  if (!info.base) {
    const source = baseSource(options.base);
    if (info.pools.length > 0)
      await need("without a base a plan says so: base_missing", async () => {
        const wanted = { hostname: "knast-acc-a", interface: info.pools[0].interface, ip4: [] };
        const { problems } = await daemon.call("jail.plan", wanted);
        ok(
          problems.some((problem) => problem.code === "base_missing"),
          JSON.stringify(problems),
        );
      });
    await need(`base.install from ${options.base}`, () => daemon.job("base.install", { source }));
  }
  info = await daemon.call("host.info");
  await need("there is a base, and newjail is below 8 MB", () => {
    ok(info.base, "no base");
    ok(info.base.newjailBytes <= 8 * 1024 * 1024, `${info.base.newjailBytes} bytes`);
  });
  return info;
}

/** @returns two addresses that knastd itself finds nothing wrong with */
async function chooseAddresses(daemon, options, info) {
  const wire = options.interface ?? info.freeIp4?.interface;
  if (options.addresses.length >= 2)
    return { wire: wire ?? info.pools[0]?.interface, addresses: options.addresses.slice(0, 2) };
  if (!info.freeIp4) return null;
  const addresses = [];
  let bytes = info.freeIp4.address.split(".").map(Number);
  for (let tries = 0; tries < 300 && addresses.length < 2; tries++) {
    const ip4 = [bytes.join(".")];
    const plan = await daemon.call("jail.plan", { hostname: "knast-acc-a", interface: wire, ip4 });
    if (!plan.problems.some((problem) => problem.field === "ip4.0")) addresses.push(ip4[0]);
    const next = bytes.reduce((sum, byte) => sum * 256 + byte, 0) + 1;
    bytes = [24, 16, 8, 0].map((shift) => Math.floor(next / 2 ** shift) % 256);
  }
  return addresses.length === 2 ? { wire, addresses } : null;
}

async function life(daemon, options, undo) {
  const info = await prepare(daemon, options, undo);
  const chosen = await chooseAddresses(daemon, options, info);
  if (!chosen?.wire) {
    bailOut("No two free addresses: give --address A --address B --interface IF, or --pool IF=BLOCK.");
    return 1;
  }
  comment(`two jails on ${chosen.wire}: ${chosen.addresses.join(", ")}`);
  const specs = NAMES.slice(0, 2).map((name, i) => ({
    name,
    spec: { hostname: hostnameOf(name), interface: chosen.wire, ip4: [chosen.addresses[i]], autostart: true },
  }));
  await badRequests(daemon);
  await badPlans(daemon, specs[0].spec, info);
  const jails = await create(daemon, specs);
  await start(daemon, jails);
  await shells(daemon, options.socket, jails);
  await files(daemon, options.socket, jails[0]);
  await together(daemon, options.socket, jails[0]);
  await signals(daemon, options.socket, jails[0]);
  await restart(daemon, options.socket, jails);
  await settings(daemon, jails[0]);
  await limits(daemon, jails[0]);
  await audit(daemon, jails);
  await lookAround(daemon, jails);
  await hostRooms(daemon, jails);
  await hostLooks(daemon);
  await checkUp(daemon);
  await vnet(daemon, NAMES[2], hostnameOf(NAMES[2]));
  await need("one of them is stopped", () => daemon.job("jail.stop", { name: jails[1].name, id: jails[1].id }));
  await movingHouse(daemon, jails[1], NAMES[3], hostnameOf(NAMES[3]));
  await uploads(daemon, jails[1]);
  await keeping(daemon, jails[1]);
  await mounts(daemon, jails[1]);
  await bases(daemon, jails[1], baseSource(options.base));
  await need("and started again", () => daemon.job("jail.start", { name: jails[1].name, id: jails[1].id }));
  await wholeHost(daemon, jails, info.jails);
  await destroy(daemon, jails, specs[0].spec);
  await need("the host has as many jails as before", async () =>
    equal((await daemon.call("host.info")).jails, info.jails),
  );
  return 0;
}

async function main(args) {
  if (args.includes("--help")) return void process.stdout.write(USAGE);
  let options;
  try {
    options = readOptions(args);
  } catch (error) {
    process.stderr.write(`${error.message}\n${USAGE}`);
    process.exitCode = 2;
    return;
  }
  begin();
  const daemon = connect(options.socket);
  const undo = [];
  let status = 1;
  try {
    status = await life(daemon, options, undo);
  } catch (error) {
    if (error instanceof Stop) comment("what follows hangs on that claim and was left out");
    else bailOut(error?.message ?? error);
  }
  for (const clean of [() => cleanUp(daemon, NAMES), () => removeSecondBase(daemon)])
    await clean().catch((error) => comment(`could not clean up: ${error.message}`));
  for (const back of undo.reverse()) await back().catch((error) => comment(`could not take back: ${error.message}`));
  process.exitCode = Math.max(end(), status);
}

await main(process.argv.slice(2));
