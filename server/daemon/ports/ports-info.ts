import { BaseName } from "../../contract/base.ts";
import type { PortsInfo, PortsSettings } from "../../contract/ports.ts";
import type { Daemon } from "../daemon.ts";
import { listNames, look, readText } from "../host/disk.ts";
import {
  allowedSources,
  logFile,
  PORTS_SCHEDULE,
  readSource,
  refuseSource,
  sourcesFile,
  writeSource,
} from "./settings.ts";

/** @returns where a base has its ports; the jails see it as /usr/ports, read-only */
export const portsTree = (daemon: Daemon, base: string): string =>
  `${daemon.paths.jails}/${BaseName.parse(base)}/usr/ports`;

/** ports.info: each base's tree, where it comes from, when it is fetched, and what became of the last times. */
export async function portsInfo(daemon: Daemon): Promise<PortsInfo> {
  const names = ((await listNames(daemon.paths.jails)) ?? []).filter((name) => BaseName.safeParse(name).success);
  const [source, sources, log, trees] = await Promise.all([
    readSource(daemon),
    allowedSources(daemon),
    readText(logFile(daemon)).catch(() => null),
    Promise.all(names.slice(0, 100).map((base) => treeInfo(daemon, base))),
  ]);
  return {
    settings: { ...source, schedule: daemon.scheduler.get(PORTS_SCHEDULE) },
    sources,
    sourcesFile: sourcesFile(daemon),
    trees,
    log: (log ?? "").split("\n").filter(Boolean).slice(-100),
  };
}

async function treeInfo(daemon: Daemon, base: string): Promise<PortsInfo["trees"][number]> {
  const path = portsTree(daemon, base);
  const fetched = await look(`${path}/.git/FETCH_HEAD`);
  const revision = fetched ? await revisionOf(daemon, path) : null;
  return { base, path, revision, updatedAt: revision && fetched ? new Date(fetched.mtimeMs).toISOString() : null };
}

/** @returns 12 digits of the commit that is checked out, null without one */
export async function revisionOf(daemon: Daemon, path: string): Promise<string | null> {
  // Named, as git would otherwise take the tree itself for a bare repository if it looks like one, and obey its config.
  const args = ["--git-dir", `${path}/.git`, "rev-parse", "--short=12", "HEAD"];
  const result = await daemon.run("git", args, { deadline: 10_000 }).catch(() => null);
  return result?.status === 0 ? (/^[0-9a-f]{7,40}$/.exec(result.stdout.trim())?.[0] ?? null) : null;
}

/** ports.configure. Throws KnastError invalid (a source that root has not approved), disk_full. */
export async function configurePorts(daemon: Daemon, { schedule, ...source }: PortsSettings): Promise<PortsInfo> {
  await refuseSource(daemon, source.url);
  await writeSource(daemon, source);
  await daemon.scheduler.set(PORTS_SCHEDULE, "", schedule);
  return portsInfo(daemon);
}
