import { constants } from "node:fs";
import * as fs from "node:fs/promises";

/** A new file of ours that grows by whole pieces and can be read meanwhile; after any end it holds whole pieces only. */
export class LiveFile {
  readonly #file: fs.FileHandle;
  size = 0;

  private constructor(file: fs.FileHandle) {
    this.#file = file;
  }

  /** @throws the error of open(2), also when it exists */
  static async create(path: string): Promise<LiveFile> {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
    return new LiveFile(await fs.open(path, flags, 0o600));
  }

  /** One after the other; a piece that did not fit is taken away again. @throws the error of write(2) */
  async append(piece: Buffer): Promise<void> {
    try {
      for (let done = 0; done < piece.length;)
        done += (await this.#file.write(piece, done, piece.length - done, this.size + done)).bytesWritten;
    } catch (error) {
      await this.#file.truncate(this.size).catch(() => {});
      throw error;
    }
    this.size += piece.length;
  }

  /** What was appended is on the disk when it returns. */
  async close(): Promise<void> {
    await this.#file.sync().catch(() => {});
    await this.#file.close().catch(() => {});
  }
}
