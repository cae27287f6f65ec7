import { randomBytes } from "node:crypto";
import { KnastError } from "../../contract/errors.ts";
import { Upload, UploadId, UPLOADS_MAX } from "../../contract/upload.ts";
import type { Daemon } from "../daemon.ts";
import { diskSpace, listNames, look, makeDirectory, readText, removeFile, writeAtomic } from "../host/disk.ts";

/** One that nothing has been added to for so long is forgotten. */
const IDLE = 24 * 3600 * 1000;

type Where = { options: Pick<Daemon["options"], "state"> };
const directory = ({ options }: Where): string => `${options.state}/uploads`;
/** @returns where an upload's bytes lie; a ZodError on anything that is no id */
export const uploadPath = (daemon: Where, upload: string): string => `${directory(daemon)}/${UploadId.parse(upload)}`;
const notePath = (daemon: Where, upload: string): string => `${uploadPath(daemon, upload)}.json`;
const lockOf = (upload: string): string => `upload:${upload}`;

/** upload.open: an id to send a file under. @throws KnastError too_many, disk_full when it would not fit */
export async function openUpload(daemon: Daemon, { bytes }: { bytes: number }): Promise<Upload> {
  await makeDirectory(directory(daemon), 0o700);
  // Two at once must not both be the fourth.
  return daemon.edits.run(async () => {
    await removeIdle(daemon);
    const open = await ids(daemon);
    if (open.length >= UPLOADS_MAX)
      throw new KnastError("too_many", { message: "Four uploads lie on the host already. Use or remove one of them." });
    if ((await diskSpace(directory(daemon))).freeBytes < bytes) throw new KnastError("disk_full");
    const upload = randomBytes(16).toString("hex");
    await writeAtomic(notePath(daemon, upload), JSON.stringify({ bytes }));
    return { upload, bytes, received: 0 };
  });
}

/** upload.show: how far it has come. @throws KnastError not_found */
export async function showUpload(daemon: Where, { upload }: { upload: string }): Promise<Upload> {
  const text = await readText(notePath(daemon, upload), 1024);
  if (text === null) throw new KnastError("not_found");
  const { bytes } = JSON.parse(text) as { bytes: number };
  return Upload.parse({ upload, bytes, received: (await look(uploadPath(daemon, upload)))?.size ?? 0 });
}

/** upload.remove; nothing there is fine. @throws KnastError busy while a job works with it */
export async function removeUpload(daemon: Daemon, { upload }: { upload: string }): Promise<Record<string, never>> {
  const release = holdUpload(daemon, "upload.remove", upload);
  try {
    await forget(daemon, upload);
    return {};
  } finally {
    release();
  }
}

/** Whoever reads or writes an upload holds it meanwhile. @returns what releases it; throws KnastError busy */
export function holdUpload(daemon: Pick<Daemon, "locks">, verb: string, upload: string): () => void {
  try {
    return daemon.locks.take({ verb, job: null }, [lockOf(UploadId.parse(upload))]);
  } catch (cause) {
    throw new KnastError("busy", { message: "This upload is being worked with. Try again in a moment.", cause });
  }
}

/** @returns the file of an upload that has arrived whole; throws KnastError not_found, invalid */
export async function wholeUpload(daemon: Where, upload: string): Promise<string> {
  const { bytes, received } = await showUpload(daemon, { upload });
  if (bytes !== received)
    throw new KnastError("invalid", {
      problems: [
        { field: "source.upload", code: "invalid", message: "The upload has not arrived whole. Go on with it." },
      ],
    });
  return uploadPath(daemon, upload);
}

/** Removes what a job has taken in, under the job's own hold. */
export async function forget(daemon: Where, upload: string): Promise<void> {
  await removeFile(uploadPath(daemon, upload));
  await removeFile(notePath(daemon, upload));
}

const ids = async (daemon: Where): Promise<string[]> =>
  ((await listNames(directory(daemon))) ?? []).flatMap((name) => /^([0-9a-f]{32})\.json$/.exec(name)?.[1] ?? []);

/** Uploads that nobody goes on with, and bytes without a note. */
export async function removeIdle(daemon: Daemon, now = Date.now()): Promise<void> {
  const known = new Set(await ids(daemon));
  for (const name of (await listNames(directory(daemon))) ?? [])
    if (!known.has(name.replace(/\.json$/, ""))) await removeFile(`${directory(daemon)}/${name}`);
  for (const upload of known) {
    const last = (await look(uploadPath(daemon, upload))) ?? (await look(notePath(daemon, upload)));
    if (last && now - last.mtimeMs > IDLE && !daemon.locks.holder(lockOf(upload))) await forget(daemon, upload);
  }
}
