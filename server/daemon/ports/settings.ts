import { join } from "node:path";
import { z } from "zod";
import { PortsBranch, PortsUrl } from "../../contract/ports.ts";
import { KnastError } from "../../contract/errors.ts";
import { parseSources, PORTS_SOURCES } from "../conf/ports.ts";
import type { Daemon } from "../daemon.ts";
import { readText, writeAtomic } from "../host/disk.ts";

/** The kind that the scheduler knows it by. */
export const PORTS_SCHEDULE = "ports.update";

const Kept = z.strictObject({ url: PortsUrl, branch: PortsBranch });
type Kept = z.infer<typeof Kept>;

const pathOf = (daemon: Daemon) => join(daemon.options.state, "ports.json");
export const sourcesFile = (daemon: Daemon): string => join(daemon.options.state, "ports-sources");
export const logFile = (daemon: Daemon): string => join(daemon.options.state, "ports.log");

/** @returns where trees come from; FreeBSD's own main branch until somebody chooses */
export async function readSource(daemon: Daemon): Promise<Kept> {
  const text = await readText(pathOf(daemon));
  return text === null ? { url: PORTS_SOURCES[0]!, branch: "main" } : Kept.parse(JSON.parse(text));
}

export const writeSource = (daemon: Daemon, kept: Kept): Promise<void> =>
  writeAtomic(pathOf(daemon), `${JSON.stringify(Kept.parse(kept), null, 2)}\n`);

/** @returns every URL that may be fetched from: jails' roots build what comes from there, so only root on the host adds one */
export async function allowedSources(daemon: Daemon): Promise<string[]> {
  const text = (await readText(sourcesFile(daemon)).catch(() => null)) ?? "";
  return [...new Set([...PORTS_SOURCES, ...parseSources(text)])];
}

/** @throws KnastError invalid for a URL that root has not approved */
export async function refuseSource(daemon: Daemon, url: string): Promise<void> {
  if ((await allowedSources(daemon)).includes(url)) return;
  const message = `Root on the host has not approved this source. Add it to ${sourcesFile(daemon)}, one URL a line.`;
  throw new KnastError("invalid", { message, problems: [{ field: "url", code: "invalid", message }] });
}
