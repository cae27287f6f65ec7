import type { Difference, JailState, JailSummary } from "../../contract/jail.ts";
import { differences } from "../conf/drift.ts";
import type { Parameter } from "../conf/jail-export.ts";
import type { RunningJail } from "../conf/jls.ts";
import { type Mount, mountsBelow } from "../conf/mount-table.ts";
import type { Usage } from "../conf/ps.ts";
import type { Daemon } from "../daemon.ts";
import { look } from "../host/disk.ts";
import { startsAtBoot } from "./autostart.ts";
import type { Configured } from "./configured.ts";

const WORK: Record<string, JailState> = {
  "jail.create": "creating",
  "jail.start": "starting",
  "jail.stop": "stopping",
  "jail.restart": "starting",
  "jail.destroy": "destroying",
};

const MOST_LOOKS = 3;

/** jail.list: all jails of the host, sorted by name: configured, running without a config, and those being created. */
export async function listJails(daemon: Daemon): Promise<{ jails: JailSummary[] }> {
  for (let looks = 1; ; looks++) {
    const atWork = daemon.locks.held("jail:");
    const jails = await lookAtAll(daemon);
    // Of a jail whose job has ended meanwhile some facts are from before that and some from after it: look again.
    if (looks === MOST_LOOKS || atWork.every((name) => daemon.locks.holder(`jail:${name}`))) return { jails };
  }
}

async function lookAtAll(daemon: Daemon): Promise<JailSummary[]> {
  const { view } = daemon;
  const [configured, running, usage, mounts, atBoot] = await Promise.all([
    view.configured(),
    view.running(),
    view.usage(),
    view.mounts(),
    startsAtBoot(daemon),
  ]);
  const kernelParams = await kernelParameters(daemon, running);
  const kernel = new Map(running.map((one) => [one.name, one]));
  const config = new Map(configured.map((one) => [one.name, one]));
  const mounted = new Set(mounts.map((one) => one.target));
  const names = new Set([...config.keys(), ...kernel.keys(), ...daemon.reservations.all().map((one) => one.name)]);
  return Promise.all(
    [...names].sort().map((name) =>
      summarize(daemon, name, {
        config: config.get(name),
        kernel: kernel.get(name),
        params: kernelParams.get(kernel.get(name)?.jid ?? 0),
        usage: usage.get(kernel.get(name)?.jid ?? 0),
        mounts,
        mounted,
        autostart: atBoot(name),
      }),
    ),
  );
}

/**
 * @param params of jls -n
 * @param mounted mount points of the host
 * @returns what a restart would change; a jail without a config, or with one that can't be read, has nothing to differ from
 */
export function differencesOf(
  config: Configured | undefined,
  kernel: RunningJail,
  params: Parameter[] | undefined,
  mounted: ReadonlySet<string>,
): Difference[] {
  if (!config || config.problem || !params) return [];
  return differences(config.params, { params, mounted, path: kernel.path });
}

type Facts = {
  config: Configured | undefined;
  kernel: RunningJail | undefined;
  /** of jls -n */
  params: Parameter[] | undefined;
  usage: Usage | undefined;
  mounts: Mount[];
  mounted: ReadonlySet<string>;
  autostart: boolean;
};

async function summarize(daemon: Daemon, name: string, facts: Facts): Promise<JailSummary> {
  const { config, kernel, usage } = facts;
  const holder = daemon.locks.holder(`jail:${name}`);
  const wish = daemon.reservations.all().find((one) => one.name === name);
  const problem = holder || (kernel && !kernel.dying) ? null : await problemOf(daemon, facts);
  const up = kernel !== undefined && !kernel.dying;
  return {
    name,
    id: config?.id ?? null,
    hostname: (kernel?.hostname || config?.hostname || wish?.hostname || "").slice(0, 256),
    state: WORK[holder?.verb ?? ""]
      ? WORK[holder!.verb]!
      : up
        ? "running"
        : problem
          ? "broken"
          : kernel
            ? "dying"
            : "stopped",
    jid: kernel?.jid ?? null,
    addresses: [...new Set([...(config?.addresses ?? wish?.addresses ?? []), ...(kernel?.addresses ?? [])])].slice(
      0,
      64,
    ),
    path: (config?.path || kernel?.path || "").slice(0, 1024),
    autostart: config !== undefined && facts.autostart,
    problem,
    job: holder?.job ?? null,
    runningSince: up ? (usage?.since ?? null) : null,
    processes: up ? (usage?.processes ?? 0) : 0,
    cpuPercent: up ? (usage?.cpuPercent ?? 0) : 0,
    rssBytes: up ? (usage?.rssBytes ?? 0) : 0,
    drift: up && !holder && differencesOf(config, kernel, facts.params, facts.mounted).length > 0,
  };
}

/** By jid; nothing when jls(8) can't say it: the list does not depend on it. */
async function kernelParameters(daemon: Daemon, running: RunningJail[]): Promise<Map<number, Parameter[]>> {
  if (running.length === 0) return new Map();
  const jails = await daemon.view.kernel().catch(() => []);
  return new Map(jails.map(({ jid, params }) => [jid, params]));
}

/** Of a jail that does not run and on which no job is at work. Nothing inside its tree is looked at. */
async function problemOf(daemon: Daemon, { config, mounts }: Facts): Promise<string | null> {
  if (!config) return null;
  if (config.problem) return config.problem;
  if (!config.path.startsWith("/") || (await look(config.path).catch(() => null))?.kind !== "directory")
    return `Its directory ${config.path} is missing. Destroy the jail, or put the directory back.`.slice(0, 1000);
  const left = mountsBelow(mounts, config.path).filter((one) => one.target !== config.path && one.type !== "zfs");
  if (left.length > 0 && config.id !== null)
    return `It is stopped, but ${left[0]!.target} is still mounted. Start and stop it, or unmount that by hand.`.slice(
      0,
      1000,
    );
  return null;
}
