import { constants } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { KnastError } from "../../contract/errors.ts";

/** A file that grows by pieces. */
export type PieceFile = { size: number; append(chunk: Buffer): Promise<void>; close(): Promise<void> };

/**
 * Opens a regular file of ours for appending, made 0600 when it is not there; links are refused.
 * `append` throws KnastError disk_full, and then the file is as long as before it.
 */
export async function openPieceFile(path: string): Promise<PieceFile> {
  const { O_WRONLY, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
  const file = await open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600).catch(fail);
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new KnastError("internal", { cause: `${path} is no regular file` });
    return grow(file, stats.size);
  } catch (error) {
    await file.close();
    throw error;
  }
}

function grow(file: FileHandle, size: number): PieceFile {
  return {
    get size() {
      return size;
    },
    async append(chunk) {
      try {
        for (let done = 0; done < chunk.length;)
          done += (await file.write(chunk, done, chunk.length - done, size + done)).bytesWritten;
        size += chunk.length;
      } catch (error) {
        await file.truncate(size).catch(() => {});
        fail(error);
      }
    },
    close: () => file.close(),
  };
}

function fail(error: unknown): never {
  const full = ["ENOSPC", "EDQUOT", "EFBIG"].includes((error as NodeJS.ErrnoException).code ?? "");
  throw new KnastError(full ? "disk_full" : "internal", { cause: error });
}
