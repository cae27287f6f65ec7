import { KnastError } from "../../contract/errors.ts";
import type { JailDetail } from "../../contract/jail.ts";
import { JailName } from "../../contract/names.ts";
import { fstabFile } from "../conf/paths.ts";
import type { Daemon } from "../daemon.ts";
import { readText } from "../host/disk.ts";
import { readBase } from "../base/base-record.ts";
import { listJails } from "./list-jails.ts";

/** jail.show: one jail with its two files and its parameters as FreeBSD reads them. Throws KnastError not_found. */
export async function showJail(daemon: Daemon, { name }: { name: string }): Promise<JailDetail> {
  const summary = (await listJails(daemon)).jails.find((one) => one.name === name);
  if (!summary) throw new KnastError("not_found");
  const config = (await daemon.view.configured()).find((one) => one.name === name);
  const fstab = JailName.safeParse(name).success ? fstabFile(daemon.paths, name) : null;
  const base = `${daemon.paths.jails}/basejail`;
  const fstabText = await fileOf(fstab);
  const last = daemon.jobs.list(name).find((job) => job.state !== "running" && job.jailId === summary.id);
  return {
    ...summary,
    config: await fileOf(config?.file ?? null),
    fstab: fstabText,
    parameters: (config?.params ?? []).slice(0, 500),
    base: fstabText?.text.includes(`${base} `) ? ((await readBase(daemon.options))?.name ?? null) : null,
    last: last ? { verb: last.verb, actor: last.actor, at: last.endedAt ?? last.startedAt } : null,
  };
}

async function fileOf(path: string | null): Promise<{ path: string; text: string } | null> {
  const text = path === null ? null : await readText(path).catch(() => null);
  return path === null || text === null ? null : { path, text };
}
