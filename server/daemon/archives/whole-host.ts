import { z } from "zod";
import type { HostSet } from "../../contract/host-archive.ts";
import { SetName } from "../../contract/host-archive.ts";
import { KnastError } from "../../contract/errors.ts";
import type { JobRef } from "../../contract/job.ts";
import { JailName } from "../../contract/names.ts";
import type { Call, Daemon } from "../daemon.ts";
import type { Recovery } from "../handlers.ts";
import { removeFile } from "../host/disk.ts";
import { failureOf } from "../jobs/live-job.ts";
import type { Step, StepContext } from "../jobs/step.ts";
import { forget, holdUpload, wholeUpload } from "../uploads/store.ts";
import { beginArchive } from "./create-archive.ts";
import { copyFile } from "./import-archive.ts";
import { listSets, panelFile, readSet, writeSet } from "./host-set.ts";
import { restoreArchive } from "./restore-archive.ts";
import { listArchives, makeArchivesDirectory } from "./store.ts";

/** What the journal keeps of host.archive. */
const HostArchived = z.object({ set: SetName });

/**
 * host.archive as a job: every jail of ours is archived by a job of its own, one after the other, whether it runs or not; then the set
 * is written down. A jail that could not be archived is named in the end, and the others are kept.
 * @throws KnastError busy, not_found (the upload), too_many
 */
export async function archiveHost(
  daemon: Daemon,
  { owners, panel }: { owners: Record<string, string[]>; panel: string | null },
  call: Call,
): Promise<JobRef> {
  const set = new Date().toISOString().slice(0, 19).replace(/[-:]/g, "").concat("Z");
  const unlock = daemon.locks.take({ verb: "host.archive", job: null }, ["whole-host"]);
  const unhold = panel === null ? () => {} : holdUpload(daemon, "host.archive", panel);
  const release = () => {
    unhold();
    unlock();
  };
  try {
    const database = panel === null ? null : await wholeUpload(daemon, panel);
    const found: HostSet["jails"] = [];
    const failed: string[] = [];
    const each = async (context: StepContext, name: string): Promise<void> => {
      const archived = async () =>
        (await listArchives(daemon)).archives.find((one) => one.manifest?.name === name)?.archive;
      const before = await archived();
      const why = await follow(daemon, context, () =>
        beginArchive(daemon, { name, owners: owners[name] ?? [] }, { ...call, key: null }, null),
      );
      const archive = why === null ? ((await archived()) ?? null) : null;
      found.push({ name, archive: archive === before ? null : archive });
      context.output(why === null ? `${name}: ${archive}` : `${name}: ${why}`);
      if (why !== null) failed.push(name);
    };
    const steps: Step[] = [
      {
        id: "jails",
        title: "Archive one jail after the other",
        command: null,
        run: async (context) => {
          await makeArchivesDirectory(daemon);
          found.length = failed.length = 0;
          const names = (await daemon.view.configuredNow()).filter((one) => one.id !== null).map((one) => one.name);
          const ours = names.filter((name) => JailName.safeParse(name).success);
          for (const [i, name] of ours.entries()) {
            context.progress(i, ours.length, "files");
            await each(context, name);
          }
          context.progress(ours.length, ours.length, "files");
        },
      },
      {
        id: "panel",
        title:
          database === null
            ? "Leave out the panel's data, of which none was given"
            : "Keep the panel's data beside them",
        command: null,
        run: async () => {
          if (database !== null) await copyFile(database, panelFile(daemon, set));
        },
      },
      {
        id: "note",
        title: "Write down what belongs together",
        command: null,
        run: async (context) => {
          const line = async (program: string) =>
            (await context.run(program, [], { deadline: 10_000, log: false })).stdout.trim();
          const [hostname, release] = [await line("hostname"), await line("freebsd-version")];
          const about = { hostname: hostname.slice(0, 256), release: release.slice(0, 64) };
          await writeSet(daemon, { set, ...about, panel: database !== null, jails: found });
          if (panel !== null) await forget(daemon, panel);
        },
      },
      tell(failed, "archived"),
    ];
    return await daemon.jobs.begin(
      {
        ...{ verb: "host.archive", jail: null, jailId: null, actor: call.actor, steps, data: { set } },
        weight: "light",
        cancellable: true,
        undo: async (_context, step) => {
          if (step !== "tell") await removeFile(panelFile(daemon, set));
        },
        release,
      },
      call.key,
    );
  } catch (error) {
    release();
    throw error;
  }
}

/**
 * host.restore as a job: every jail of the set whose name is free comes back under its name, addresses and $knast_id, each by a job of
 * its own; the others are named in the end.
 * @throws KnastError not_found, archive_invalid, busy, too_many
 */
export async function restoreHost(daemon: Daemon, { set }: { set: string }, call: Call): Promise<JobRef> {
  const release = daemon.locks.take({ verb: "host.restore", job: null }, ["whole-host"], [`set:${set}`]);
  try {
    const { jails } = await readSet(daemon, set);
    const failed: string[] = [];
    const one = async (context: StepContext, name: string, archive: string | null): Promise<void> => {
      if ((await daemon.view.configuredNow()).some((jail) => jail.name === name)) {
        return context.output(`${name}: is here already and stays as it is`);
      }
      const why =
        archive === null
          ? "was not archived"
          : await follow(daemon, context, () =>
              restoreArchive(daemon, { archive, as: {} }, { ...call, key: null }, true),
            );
      context.output(`${name}: ${why ?? "restored"}`);
      if (why !== null) failed.push(name);
    };
    const steps: Step[] = [
      {
        id: "jails",
        title: "Restore one jail after the other",
        command: null,
        run: async (context) => {
          failed.length = 0;
          for (const [i, { name, archive }] of jails.entries()) {
            context.progress(i, jails.length, "files");
            await one(context, name, archive);
          }
          context.progress(jails.length, jails.length, "files");
        },
      },
      tell(failed, "restored"),
    ];
    return await daemon.jobs.begin(
      {
        ...{ verb: "host.restore", jail: null, jailId: null, actor: call.actor, steps, data: {} },
        weight: "light",
        cancellable: true,
        release,
      },
      call.key,
    );
  } catch (error) {
    release();
    throw error;
  }
}

const tell = (failed: readonly string[], word: string): Step => ({
  id: "tell",
  title: `Say whether all of them were ${word}`,
  command: null,
  run: async () => {
    if (failed.length === 0) return;
    const message = `${failed.length} could not be ${word}: ${failed.join(", ")}. The lines above say why; the others are done.`;
    throw new KnastError("incomplete", { message: message.slice(0, 500) });
  },
});

/** Begins a job for one jail and waits for its end; cancelled with this one. @returns why it failed, null when it did not */
export async function follow(
  daemon: Pick<Daemon, "jobs">,
  context: Pick<StepContext, "signal">,
  begin: () => Promise<JobRef>,
): Promise<string | null> {
  if (context.signal.aborted) throw new KnastError("cancelled");
  try {
    const { job } = await begin();
    // One that is being taken back already, or is about to end, can't be cancelled: it comes to its end by itself.
    const stop = () => {
      try {
        daemon.jobs.cancel(job);
      } catch (error) {
        if (!(error instanceof KnastError)) throw error;
      }
    };
    context.signal.addEventListener("abort", stop, { once: true });
    try {
      if (context.signal.aborted) stop();
      for await (const _ of daemon.jobs.follow(job, -1, new AbortController().signal));
    } finally {
      context.signal.removeEventListener("abort", stop);
    }
    if (context.signal.aborted) throw new KnastError("cancelled");
    return daemon.jobs.get(job).failure?.message ?? null;
  } catch (error) {
    if (context.signal.aborted) throw error;
    return failureOf(error).message;
  }
}

const startedAnew = (word: string) =>
  new KnastError("cancelled", {
    message: `knastd was started anew before all jails were ${word}. Those that were are kept; ask for it again.`,
  }).toFailure();

/** The jails' own jobs take care of themselves; what was written of the set is whole or goes. */
export const recoverArchiveHost: Recovery = async (daemon, _context, intent) => {
  const { set } = HostArchived.parse(intent.data);
  const written = (await listSets(daemon)).sets.some((one) => one.set === set);
  if (!written) await removeFile(panelFile(daemon, set));
  return written ? null : startedAnew("archived");
};

export const recoverRestoreHost: Recovery = async () => startedAnew("restored");
