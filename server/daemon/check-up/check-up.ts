import { join } from "node:path";
import type { CheckUp, Finding } from "../../contract/check-up.ts";
import { baseNames, readBase } from "../base/base-record.ts";
import { parseFstab } from "../conf/fstab.ts";
import { jsonRows, numberOf } from "../conf/json-rows.ts";
import { parseSockstat } from "../conf/sockstat.ts";
import { readVnet } from "../conf/vnet.ts";
import type { Daemon } from "../daemon.ts";
import { diskSpace, freeInodes, listNames, look, readText } from "../host/disk.ts";
import type { Configured } from "../jails/configured.ts";
import { outputOf } from "../jails/host-view.ts";
import { runningWithVnet } from "../jails/known-jails.ts";
import { readSettings } from "../machine/settings.ts";
import { checkBoot } from "./boot.ts";
import { checkBridges, checkParameters, checkShared } from "./dangers.ts";
import { finding } from "./finding.ts";
import { checkClock, checkDevfs, checkRacct, checkReleases } from "./kernel.ts";
import { checkAliases, checkFstabs, checkMounts, checkRules, type KnownParts } from "./leftovers.ts";
import { checkListeners } from "./listeners.ts";
import { orderFindings } from "./order-findings.ts";
import { checkPlaces, checkSpace } from "./storage.ts";

/** A part that takes longer is given up: the whole is to be read while one still looks at the page. */
const PATIENCE = 1600;

type Part = (daemon: Daemon) => Promise<Finding[]>;

/** host.check-up: looks at the host and says what is not right and how to mend it; mends nothing itself. Never fails as a whole. */
export async function checkUp(daemon: Daemon): Promise<CheckUp> {
  const began = Date.now();
  const parts = await Promise.all(Object.entries(PARTS).map(([name, part]) => soon(name, part(daemon))));
  return {
    findings: orderFindings(parts.flat()),
    at: new Date(began).toISOString(),
    milliseconds: Date.now() - began,
  };
}

/** @returns the part's findings, or one that says that it could not be checked */
async function soon(name: string, work: Promise<Finding[]>): Promise<Finding[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("it took too long")), PATIENCE);
  });
  try {
    return await Promise.race([work, late]);
  } catch {
    const means = `What this needs is missing on the host, failed or took too long. Nothing is known about it now; ${WORDS[name]}.`;
    return [finding(`unchecked.${name}`, "warn", `Could not be checked: ${name}`, means)];
  } finally {
    clearTimeout(timer);
  }
}

/** Asks a program that only reads. @throws KnastError when it is missing, fails or takes too long */
async function ask(daemon: Daemon, program: string, args: string[]): Promise<string> {
  return outputOf(program, await daemon.run(program, args, { deadline: PATIENCE - 100, cap: 4 * 1024 * 1024 }));
}

const PARTS: Record<string, Part> = {
  listeners: async (daemon) => {
    const [sockets, processes, configured, running, interfaces] = await Promise.all([
      ask(daemon, "sockstat", ["-46l"]),
      ask(daemon, "ps", ["-axo", "pid,jid", "--libxo", "json"]),
      daemon.view.configured(),
      daemon.view.running(),
      daemon.view.interfaces(),
    ]);
    const rows = jsonRows(processes, ["process-information", "process"]);
    const shared = configured.filter((one) => readVnet(one.params) === null);
    return checkListeners({
      listeners: parseSockstat(sockets),
      jids: new Map(rows.map((row) => [numberOf(row, "pid"), numberOf(row, "jail-id")])),
      jailAddresses: new Map([...shared, ...running].flatMap((one) => one.addresses.map((it) => [it, one.name]))),
      interfaces,
      etc: daemon.paths.etc,
    });
  },
  boot: async ({ view, paths }) => {
    const [autostart, configured, main] = await Promise.all([
      view.autostart(),
      view.configured(),
      readText(join(paths.etc, "jail.conf")).catch(() => null),
    ]);
    return checkBoot({ etc: paths.etc, autostart, main, configured });
  },
  racct: async (daemon) => checkRacct(await ask(daemon, "sysctl", ["-n", "kern.racct.enable"])),
  devfs: async (daemon) => {
    const configured = await daemon.view.configured();
    const used = configured.map((one) => Number(parameter(one, "devfs_ruleset") ?? 4));
    const rulesets = [...new Set([4, ...used])].filter((one) => Number.isInteger(one) && one > 0).slice(0, 20);
    const rules = await Promise.all(rulesets.map((one) => ask(daemon, "devfs", ["rule", "-s", `${one}`, "show"])));
    return checkDevfs(new Map(rulesets.map((one, i) => [one, rules[i]!])), daemon.paths.etc);
  },
  releases: async (daemon) => {
    const [versions, bases] = await Promise.all([
      ask(daemon, "freebsd-version", ["-kru"]),
      baseNames(daemon.options).then((names) => Promise.all(names.map((name) => readBase(daemon.options, name)))),
    ]);
    const rest = { versions, jails: daemon.paths.jails, now: new Date() };
    const found = (bases.length > 0 ? bases : [null]).flatMap((base) => checkReleases({ ...rest, base }));
    // What is wrong with the host itself is said once; a base that fits needs no word beside one that does not.
    const once = [...new Map(found.map((one) => [one.id, one])).values()];
    return once.some((one) => one.level !== "ok") ? once.filter((one) => one.level !== "ok") : once;
  },
  clock: async ({ paths, options }) => {
    const files = [join(paths.etc, "rc.conf"), join(paths.etc, "jail.conf"), join(options.state, "settings.json")];
    const times = await Promise.all(files.map(async (path) => (await look(path).catch(() => null))?.mtimeMs ?? 0));
    return checkClock(new Date(), Math.max(...times));
  },
  permissions: async ({ paths }) => {
    const directory = join(paths.etc, "jail.conf.d");
    const names = ((await listNames(directory)) ?? []).map((name) => join(directory, name)).slice(0, 2000);
    const place = async (path: string) => ({ path, found: await look(path) });
    const configs = [join(paths.etc, "jail.conf"), directory, ...names];
    return checkPlaces(await place(paths.jails), await Promise.all(configs.map(place)));
  },
  space: async ({ paths, options }) =>
    checkSpace(
      await Promise.all(
        [paths.jails, paths.etc, options.state].map(async (path) => ({
          path,
          ...(await diskSpace(path)),
          ...(await freeInodes(path)),
        })),
      ),
    ),
  mounts: async (daemon) => {
    const [mounts, running] = await Promise.all([daemon.view.mounts(), daemon.view.running()]);
    return checkMounts(mounts, daemon.paths.jails, await knownParts(daemon), running);
  },
  addresses: async (daemon) => {
    const [interfaces, running, { pools }] = await Promise.all([
      daemon.view.interfaces(),
      runningWithVnet(daemon),
      readSettings(daemon),
    ]);
    return checkAliases(interfaces, pools, await knownParts(daemon), running);
  },
  limits: async (daemon) => {
    const enabled = (await ask(daemon, "sysctl", ["-n", "kern.racct.enable"])).trim() === "1";
    // Without accounting rctl(8) only says that there is none.
    const rules = enabled ? await ask(daemon, "rctl", []) : "";
    const [configured, running] = await Promise.all([daemon.view.configured(), daemon.view.running()]);
    return checkRules(rules, new Set([...configured, ...running].map((one) => one.name)));
  },
  fstab: async (daemon) => {
    const { etc, jails } = daemon.paths;
    const [names, own, configured] = await Promise.all([
      listNames(etc),
      readText(join(etc, "fstab")),
      daemon.view.configured(),
    ]);
    const files = (names ?? []).filter((name) => /^fstab\.[A-Za-z0-9_-]+$/.test(name)).map((name) => join(etc, name));
    const used = new Set(configured.flatMap((one) => parameter(one, "mount.fstab") ?? []));
    // What belongs to a jail whose config can't be read, or that is being made, is not judged.
    const busy = [...configured.filter((one) => one.problem), ...daemon.reservations.all()];
    for (const { name } of busy) used.add(join(etc, `fstab.${name}`));
    const paths = configured.map((one) => one.path);
    return checkFstabs(files, used, parseFstab(own ?? ""), { etc, jails, paths });
  },
  dangers: async ({ view }) => checkParameters(await view.configured()),
  shared: async ({ view }) => {
    const jails = await Promise.all(
      (await view.configured()).map(async (one) => {
        const file = parameter(one, "mount.fstab");
        const text = file ? await readText(file).catch(() => null) : null;
        const inline = (parameter(one, "mount") ?? "").split(/,(?=\/)/).join("\n");
        return { name: one.name, mounts: parseFstab(`${text ?? ""}\n${inline}`) };
      }),
    );
    return checkShared(jails);
  },
  bridges: async (daemon) => {
    const [interfaces, configured] = await Promise.all([daemon.view.interfaces(), daemon.view.configured()]);
    const vnet = configured.flatMap(({ name, params }) => {
      const read = readVnet(params);
      return read ? [{ name, bridge: read.bridge }] : [];
    });
    const modules = vnet.length > 0 ? await ask(daemon, "kldstat", []) : null;
    return checkBridges(interfaces, vnet, modules, daemon.paths.etc);
  },
};

/** Where a person looks when a part could not be checked. */
const WORDS: Record<string, string> = {
  listeners: "look by `sockstat -46l`",
  boot: "look into rc.conf and jail.conf",
  racct: "look by `sysctl kern.racct.enable`",
  devfs: "look by `devfs rule -s 4 show`",
  releases: "look by `freebsd-version -kru`",
  clock: "look by `date`",
  permissions: "look by `ls -ld` at the jail root and the configs",
  space: "look by `df -hi`",
  mounts: "look by `mount -p`",
  addresses: "look by `ifconfig -a` and `jls`",
  limits: "look by `rctl`",
  fstab: "look at the fstab files",
  dangers: "look by `jail -e ,`",
  shared: "look at the fstab files",
  bridges: "look by `ifconfig -g bridge` and `kldstat`",
};

const parameter = (jail: Pick<Configured, "params">, name: string): string | null =>
  jail.params.findLast((one) => one.name === name)?.value ?? null;

async function knownParts(daemon: Daemon): Promise<KnownParts[]> {
  const configured = await daemon.view.configured();
  return configured.map(({ name, path, addresses, params }) => ({
    name,
    path,
    addresses,
    unit: readVnet(params)?.unit ?? null,
    busy: daemon.locks.holder(`jail:${name}`) !== null,
  }));
}
