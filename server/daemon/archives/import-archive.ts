import { randomBytes } from "node:crypto";
import { KnastError } from "../../contract/errors.ts";
import type { JobRef } from "../../contract/job.ts";
import type { Call, Daemon } from "../daemon.ts";
import { BigFile, OpenFile } from "../host/big-file.ts";
import { diskSpace, look, move } from "../host/disk.ts";
import type { Holder } from "../jobs/locks.ts";
import { forget, holdUpload, wholeUpload } from "../uploads/store.ts";
import { type Archived, removePartial } from "./create-archive.ts";
import { readShape, type Shape, verifyAll } from "./read-archive.ts";
import { archiveFile, archiveName, makeArchivesDirectory, namesOf, partialFile } from "./store.ts";

/**
 * archive.import as a job: keeps an uploaded archive of another host beside those made here, when all of it is sound.
 * @throws KnastError not_found, invalid (not whole), archive_invalid, disk_full, busy, too_many
 */
export async function importArchive(daemon: Daemon, { upload }: { upload: string }, call: Call): Promise<JobRef> {
  const holder: Holder = { verb: "archive.import", job: null };
  const unhold = holdUpload(daemon, "archive.import", upload);
  let letGo = () => {};
  const release = () => {
    letGo();
    unhold();
  };
  try {
    const path = await wholeUpload(daemon, upload);
    const shape = await withFile(path, readShape);
    await makeArchivesDirectory(daemon);
    const names = await namesOf(daemon);
    const isTaken = (name: string) => names.includes(name) || daemon.locks.holder(`archive:${name}`) !== null;
    let at = Date.parse(shape.manifest.createdAt);
    let archive = "";
    do {
      letGo();
      while (isTaken(archiveName(shape.manifest.name, new Date(at)))) at += 1000;
      archive = archiveName(shape.manifest.name, new Date(at));
      // Another import of the same file must not find the name free too, and be put over this one.
      letGo = daemon.locks.take(holder, [`archive:${archive}`]);
      at += 1000;
      // One that has just ended was not among the names yet.
    } while (await look(archiveFile(daemon, archive)));
    const data: Archived = { archive, id: randomBytes(16).toString("hex") };
    const [partial, file] = [partialFile(daemon, data.id), archiveFile(daemon, archive)];
    return await daemon.jobs.begin(
      {
        verb: "archive.import",
        jail: null,
        jailId: null,
        actor: call.actor,
        steps: [
          {
            id: "write",
            title: "Check it and take it in",
            command: null,
            run: (context) =>
              withFile(path, async (from) => {
                if ((await diskSpace(daemon.paths.jails)).freeBytes < from.size) throw new KnastError("disk_full");
                const progress = (done: number, total: number) => {
                  if (context.signal.aborted) throw new KnastError("cancelled");
                  context.progress(done, total, "bytes");
                };
                await verifyAll(from, await readShape(from), progress);
                await copyOpen(from, partial);
              }),
          },
          {
            id: "place",
            title: `Keep it as ${archive}`,
            command: `mv ${partial} ${file}`,
            run: async () => {
              if (await look(file))
                throw new KnastError("exists", { message: "There is an archive of this name already." });
              await move(partial, file);
              await forget(daemon, upload);
            },
          },
        ],
        data,
        weight: "heavy",
        cancellable: true,
        undo: () => removePartial(daemon, data),
        release,
      },
      call.key,
      holder,
    );
  } catch (error) {
    release();
    throw error;
  }
}

async function withFile<T extends Shape | void>(path: string, work: (file: OpenFile) => Promise<T>): Promise<T> {
  const file = await OpenFile.open(path);
  if (!file) throw new KnastError("not_found");
  return work(file).finally(() => file.close());
}

/** Copies a file of ours to a new one, on disk when it returns. @throws KnastError not_found, disk_full */
export const copyFile = (from: string, path: string): Promise<void> => withFile(from, (file) => copyOpen(file, path));

async function copyOpen(from: OpenFile, path: string): Promise<void> {
  const to = await BigFile.create(path);
  try {
    for await (const piece of from.pieces(0, from.size)) await to.append(piece);
    await to.finish();
  } catch (error) {
    await to.close();
    throw error;
  }
}
