import type { Archive, RestoreInput } from "../../contract/archive.ts";
import { KnastError, type Problem } from "../../contract/errors.ts";
import type { JobRef } from "../../contract/job.ts";
import type { Call, Daemon } from "../daemon.ts";
import { diskSpace } from "../host/disk.ts";
import { arrivalProblems, arrive } from "./arrive.ts";
import { checked, readShape, verifyAll } from "./read-archive.ts";
import { archiveFile, describe, openArchive } from "./store.ts";
import { unpackTree } from "./tar-source.ts";

/** archive.show: what the archive's manifest says, and what stands in the way of restoring it so. @throws KnastError not_found */
export async function showArchive(
  daemon: Daemon,
  { archive, as }: RestoreInput,
): Promise<Archive & { problems: Problem[] }> {
  const found = await describe(daemon, archive);
  if (!found.manifest) return { ...found, problems: [] };
  const { name, settings } = found.manifest;
  return { ...found, problems: (await arrivalProblems(daemon, { name, settings, as })).slice(0, 50) };
}

/**
 * archive.restore as a job. The tree is scanned and its checksum made while it is unpacked beside the jails; it gets its place only when both
 * are right. A jail of this name that is there, running or not, is never written over.
 * @param keepId it gets the $knast_id that it had, when no jail here has it: who had grants on it has them again
 * @throws KnastError not_found, archive_invalid, exists and other problems at fields, disk_full, busy, too_many
 */
export async function restoreArchive(
  daemon: Daemon,
  { archive, as }: RestoreInput,
  call: Call,
  keepId = false,
): Promise<JobRef> {
  const file = await openArchive(daemon, archive);
  const { name, id, settings, contentBytes } = (await readShape(file).finally(() => file.close())).manifest;
  if (contentBytes > (await diskSpace(daemon.paths.jails)).freeBytes) throw new KnastError("disk_full");
  const fill = {
    title: "Check and unpack its tree",
    command: `tar -xOf ${archiveFile(daemon, archive)} tree.tar | tar -xpf - --numeric-owner`,
    run: async (context: Parameters<typeof unpackTree>[0], scratch: string) => {
      const opened = await openArchive(daemon, archive);
      try {
        const shape = await readShape(opened);
        for (const member of ["jail.conf", "fstab"]) for await (const _ of checked(opened, shape, member));
        const { freeBytes } = await diskSpace(daemon.paths.jails);
        const progress = (done: number, total: number) => context.progress(done, total, "bytes");
        await unpackTree(context, scratch, checked(opened, shape, "tree.tar", freeBytes, progress));
      } finally {
        await opened.close();
      }
    },
  };
  const taken = (await daemon.view.configuredNow()).some((one) => one.id === id);
  return arrive(
    daemon,
    {
      verb: "archive.restore",
      name,
      ...(keepId && id !== null && !taken ? { id } : {}),
      settings,
      as,
      fill,
      shared: [`archive:${archive}`],
    },
    call,
  );
}

/** archive.verify as a job: reads all of it and writes nothing. @throws KnastError not_found, busy, too_many; the job fails with archive_invalid */
export async function verifyArchive(daemon: Daemon, { archive }: { archive: string }, call: Call): Promise<JobRef> {
  const { manifest } = await describe(daemon, archive);
  const holder = { verb: "archive.verify", job: null };
  const release = daemon.locks.take(holder, [], [`archive:${archive}`]);
  return daemon.jobs.begin(
    {
      verb: "archive.verify",
      jail: manifest?.name ?? null,
      jailId: manifest?.id ?? null,
      actor: call.actor,
      steps: [
        {
          id: "verify",
          title: "Read all of it and compare the checksums",
          command: null,
          run: async (context) => {
            const file = await openArchive(daemon, archive);
            try {
              await verifyAll(file, await readShape(file), (done, total) => {
                if (context.signal.aborted) throw new KnastError("cancelled");
                context.progress(done, total, "bytes");
              });
            } finally {
              await file.close();
            }
          },
        },
      ],
      data: {},
      weight: "heavy",
      cancellable: true,
      release,
    },
    call.key,
    holder,
  );
}
