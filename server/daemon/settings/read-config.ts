import { createHash } from "node:crypto";
import { KnastError } from "../../contract/errors.ts";
import type { JailSettings } from "../../contract/settings.ts";
import type { JailRef } from "../../contract/verb.ts";
import { EXPORT_SEPARATOR, parseJailExport, type Parameter } from "../conf/jail-export.ts";
import { otherParameters, readSettings } from "../conf/settings.ts";
import type { Daemon } from "../daemon.ts";
import { readText } from "../host/disk.ts";
import type { RunResult } from "../host/run.ts";
import { startsAtBoot } from "../jails/autostart.ts";
import { findJail, type OwnedJail } from "../jails/find-jail.ts";

/** A jail's config file as it is now, and as jail(8) reads that file by itself: as a start from the panel does. */
export type ReadConfig = { jail: OwnedJail; text: string; digest: string; params: Parameter[] };

export type Ask = (program: string, args: readonly string[], options: { deadline: number }) => Promise<RunResult>;

export const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex");

/**
 * @throws KnastError not_found, foreign (no file of its own, or one that was not made here), config_invalid with
 * where jail(8) finds the mistake
 */
export async function readConfig(daemon: Daemon, ref: JailRef): Promise<ReadConfig> {
  const jail = await findJail(daemon, ref);
  if (jail.id === null) throw new KnastError("foreign");
  if (jail.problem) throw new KnastError("config_invalid", { message: jail.problem });
  const text = await readText(jail.file);
  if (text === null) throw new KnastError("not_found");
  return { jail, text, digest: digestOf(text), params: await readByJail(daemon.run, jail.file, jail.name) };
}

/**
 * @returns the parameters of a jail as `jail -f FILE -e` has them
 * @throws KnastError config_invalid when it can't read the file or finds no jail, or two, of this name in it
 */
export async function readByJail(run: Ask, file: string, name: string): Promise<Parameter[]> {
  const result = await run("jail", ["-f", file, "-e", EXPORT_SEPARATOR], { deadline: 30_000 });
  if (result.timedOut) throw new KnastError("timed_out", { cause: `jail -f ${file} -e` });
  const [, line] = / line (\d+): /.exec(result.stderr) ?? [];
  if (result.status !== 0) {
    const message = line ? `FreeBSD can't read this jail's config: there is a mistake in line ${line}.` : undefined;
    throw new KnastError("config_invalid", { message, cause: result.stderr.slice(0, 500) });
  }
  const found = parseJailExport(result.stdout).filter((one) => one.name === name);
  if (found.length === 1) return found[0]!.params;
  const message =
    found.length > 1 ? `${name} stands twice in its config. Put the two blocks together by hand.` : undefined;
  throw new KnastError("config_invalid", { message });
}

/** jail.settings: what the form shows. Throws as readConfig does. */
export async function showSettings(daemon: Daemon, ref: JailRef): Promise<JailSettings> {
  const { jail, text, digest, params } = await readConfig(daemon, ref);
  const atBoot = await startsAtBoot(daemon);
  return {
    settings: readSettings(params, atBoot(jail.name)),
    digest,
    config: { path: jail.file, text },
    others: otherParameters(params).slice(0, 500),
  };
}
