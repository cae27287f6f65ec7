import { KnastError } from "../../contract/errors.ts";
import type { JailDetail } from "../../contract/jail.ts";
import { JailName } from "../../contract/names.ts";
import type { RunningJail } from "../conf/jls.ts";
import { fstabFile } from "../conf/paths.ts";
import type { Daemon } from "../daemon.ts";
import { readText } from "../host/disk.ts";
import { baseIn } from "../conf/fstab.ts";
import { datasetOf } from "../snapshots/dataset.ts";
import type { Configured } from "./configured.ts";
import { differencesOf, listJails } from "./list-jails.ts";

/** jail.show: one jail with its two files and its parameters as FreeBSD reads them. Throws KnastError not_found. */
export async function showJail(daemon: Daemon, { name }: { name: string }): Promise<JailDetail> {
  const summary = (await listJails(daemon)).jails.find((one) => one.name === name);
  if (!summary) throw new KnastError("not_found");
  const config = (await daemon.view.configured()).find((one) => one.name === name);
  const fstab = JailName.safeParse(name).success ? fstabFile(daemon.paths, name) : null;
  const fstabText = await fileOf(fstab);
  const last = daemon.jobs.list(name).find((job) => job.state !== "running" && job.jailId === summary.id);
  const running = (await daemon.view.running()).find((one) => one.name === name && !one.dying);
  return {
    ...summary,
    differences: running ? (await differencesNow(daemon, config, running)).slice(0, 100) : [],
    mistake: config?.mistake ?? null,
    config: await fileOf(config?.file ?? null),
    fstab: fstabText,
    parameters: (config?.params ?? []).slice(0, 500),
    base: baseIn(fstabText?.text ?? "", daemon.paths),
    dataset: config?.path ? await datasetOf(daemon, config).catch(() => null) : null,
    last: last ? { verb: last.verb, actor: last.actor, at: last.endedAt ?? last.startedAt } : null,
  };
}

/** Nothing while a job is at work on it: it is just becoming what its config says. */
async function differencesNow(daemon: Daemon, config: Configured | undefined, running: RunningJail) {
  if (daemon.locks.holder(`jail:${running.name}`)) return [];
  const [kernel, mounts] = await Promise.all([daemon.view.kernelNow().catch(() => []), daemon.view.mounts()]);
  const params = kernel.find((one) => one.jid === running.jid)?.params;
  return differencesOf(config, running, params, new Set(mounts.map((one) => one.target)));
}

async function fileOf(path: string | null): Promise<{ path: string; text: string } | null> {
  const text = path === null ? null : await readText(path).catch(() => null);
  return path === null || text === null ? null : { path, text };
}
