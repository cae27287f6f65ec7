import { randomBytes } from "node:crypto";
import { z } from "zod";
import { ArchiveName, MAX_ARCHIVES } from "../../contract/archive.ts";
import type { JailRef } from "../../contract/daemon.ts";
import { type Failure, KnastError } from "../../contract/errors.ts";
import type { JobRef } from "../../contract/job.ts";
import { JailId } from "../../contract/names.ts";
import { fstabFile } from "../conf/paths.ts";
import { readBase } from "../base/base-record.ts";
import type { Call, Daemon } from "../daemon.ts";
import { diskSpace, look, move, readText, removeFile } from "../host/disk.ts";
import { checkPlace } from "../jails/check-place.ts";
import type { OwnedJail } from "../jails/find-jail.ts";
import { lockJail } from "../jails/lock-jail.ts";
import type { Intent } from "../jobs/journal.ts";
import type { Step, StepContext } from "../jobs/step.ts";
import { settingsOf } from "./settings-of.ts";
import {
  archiveFile,
  archiveName,
  listArchives,
  makeArchivesDirectory,
  namesOf,
  partialFile,
  removeArchive,
} from "./store.ts";
import { readTree, type TreeSource } from "./tar-source.ts";
import { ArchiveWriter } from "./write-archive.ts";

/** What the journal keeps: the archive's name, and the id of the file that it is written as. */
export const Archived = z.object({ archive: ArchiveName, id: JailId });
export type Archived = z.infer<typeof Archived>;

/** Left free on the disk for everything else. */
const RESERVE = 256 * 1024 ** 2;

/**
 * archive.create as a job: the jail's config, fstab and tree as one file in JAILS/.archives. Of a running jail too, marked as such.
 * @throws KnastError not_found, foreign, broken, config_invalid, busy, too_many; the job fails with disk_full, archive_invalid (the tree has
 *   something that no restore would take), broken, cancelled, and then nothing of it is left
 */
export const createArchive = (daemon: Daemon, input: JailRef & { owners: string[] }, call: Call): Promise<JobRef> =>
  beginArchive(daemon, input, call, null);

/** @param keep of a plan: so many of the jail's scheduled archives are left in the end, this one among them; null: made by hand */
export async function beginArchive(
  daemon: Daemon,
  { owners, ...ref }: JailRef & { owners: string[] },
  call: Call,
  keep: number | null,
): Promise<JobRef> {
  const locked = await lockJail(daemon, ref, "archive.create");
  return locked.orRelease(async ({ jail, setUp }) => {
    await checkPlace(daemon, jail.name, setUp.path);
    const his = (await namesOf(daemon)).filter((name) => name.startsWith(`${jail.name}-`));
    if (keep === null && his.length >= MAX_ARCHIVES)
      throw new KnastError("too_many", { message: `There are ${his.length} archives of this jail. Remove one first.` });
    // Two of one second: the second one is named after the next.
    let at = Date.now();
    while (his.includes(archiveName(jail.name, new Date(at)))) at += 1000;
    const data: Archived = { archive: archiveName(jail.name, new Date(at)), id: randomBytes(16).toString("hex") };
    const running = (await daemon.view.runningNow()).some((one) => one.name === jail.name);
    const source = { name: jail.name, path: setUp.path, running };
    return daemon.jobs.begin(
      {
        verb: "archive.create",
        jail: jail.name,
        jailId: jail.id,
        actor: call.actor,
        steps: [
          ...steps(daemon, jail, { source, owners, scheduled: keep !== null, at: new Date(at) }, data),
          ...(keep === null ? [] : [pruneStep(daemon, jail, keep)]),
        ],
        data,
        weight: running ? "light" : "heavy",
        cancellable: true,
        undo: () => removePartial(daemon, data),
        release: locked.release,
      },
      call.key,
      locked.holder,
    );
  });
}

/** `at`: what its name says too, by which another host keeps it under the same one */
type Wish = { source: TreeSource; owners: string[]; scheduled: boolean; at: Date };

function steps(daemon: Daemon, jail: OwnedJail, wish: Wish, data: Archived): Step[] {
  const { source } = wish;
  const [partial, file] = [partialFile(daemon, data.id), archiveFile(daemon, data.archive)];
  let expected: number | null = null;
  return [
    {
      id: "check",
      title: source.running ? "Look for room on the disk (the jail runs)" : "Look for room on the disk",
      command: source.running ? null : `du -skx ${source.path}`,
      run: async (context) => {
        await makeArchivesDirectory(daemon);
        expected = source.running ? null : await sizeOf(context, source.path);
        const { freeBytes } = await diskSpace(daemon.paths.jails);
        if ((expected ?? 0) + RESERVE > freeBytes) throw new KnastError("disk_full");
      },
    },
    {
      id: "write",
      title: "Write config, fstab and tree into one file",
      command: `tar -c --format pax --one-file-system --numeric-owner -C ${source.path} .`,
      run: (context) => write(daemon, context, { jail, ...wish, partial, expected }),
    },
    {
      id: "place",
      title: `Keep it as ${data.archive}`,
      command: `mv ${partial} ${file}`,
      run: async () => {
        if (await look(file)) throw new KnastError("exists", { message: "There is an archive of this name already." });
        await move(partial, file);
      },
    },
  ];
}

type Work = Wish & { jail: OwnedJail; partial: string; expected: number | null };

async function write(daemon: Daemon, context: StepContext, work: Work): Promise<void> {
  const { jail, source, owners, scheduled, at, partial, expected } = work;
  await removeFile(partial);
  const line = async (program: string, args: string[]) =>
    (await context.run(program, args, { deadline: 10_000, log: false })).stdout.trim();
  const told = {
    format: "knast-jail-1" as const,
    createdAt: at.toISOString(),
    name: jail.name,
    id: jail.id,
    release: (await line("freebsd-version", [])).slice(0, 64),
    architecture: (await line("sysctl", ["-n", "hw.machine_arch"]).catch(() => "")).slice(0, 32),
    baseRelease: (await readBase(daemon.options))?.release ?? null,
    owners,
    running: source.running,
    scheduled,
    ...(await settingsOf(daemon, jail)),
  };
  const texts = {
    "jail.conf": (await readText(jail.file)) ?? "",
    fstab: (await readText(fstabFile(daemon.paths, jail.name))) ?? "",
  };
  const { freeBytes } = await diskSpace(daemon.paths.jails);
  const writer = await ArchiveWriter.begin(partial, texts, Math.max(0, freeBytes - RESERVE));
  try {
    const warnings = await readTree(daemon, context, source, async (piece) => {
      await writer.tree(piece);
      context.progress(writer.treeBytes, expected, "bytes");
    });
    await writer.finish(told, warnings);
  } catch (error) {
    await writer.close();
    throw error;
  }
}

async function sizeOf(context: StepContext, path: string): Promise<number | null> {
  const result = await context.run("du", ["-skx", path], { deadline: 600_000, log: false });
  const kilobytes = /^(\d+)\s/.exec(result.stdout)?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}

export const removePartial = (daemon: Daemon, data: Archived): Promise<void> =>
  removeFile(partialFile(daemon, data.id));

/** Takes away the oldest of a jail's scheduled archives; one that is being read stays until the next time. */
function pruneStep(daemon: Daemon, jail: OwnedJail, keep: number): Step {
  return {
    id: "prune",
    title: `Keep the newest ${keep} of its scheduled archives`,
    command: null,
    run: async (context) => {
      const { archives } = await listArchives(daemon);
      const his = archives.filter(({ manifest }) => manifest?.scheduled && manifest.id === jail.id);
      for (const { archive } of his.slice(keep)) {
        context.output(`rm ${archiveFile(daemon, archive)}`);
        await removeArchive(daemon, { archive }).catch((error: unknown) => {
          if (!(error instanceof KnastError) || error.code !== "busy") throw error;
        });
      }
    },
  };
}

/** Whole and in its place, or nothing. */
export async function recoverCreateArchive(daemon: Daemon, _: StepContext, intent: Intent): Promise<Failure | null> {
  const data = Archived.parse(intent.data);
  await removePartial(daemon, data);
  if (["place", "prune"].includes(intent.step) && (await look(archiveFile(daemon, data.archive)))) return null;
  const message = "knastd was started anew while this archive was being written. Nothing of it is left.";
  return new KnastError("cancelled", { message }).toFailure();
}
