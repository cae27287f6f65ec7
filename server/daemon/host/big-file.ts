import { constants } from "node:fs";
import * as fs from "node:fs/promises";
import { KnastError } from "../../contract/errors.ts";
import { PIECE } from "./sum-thread.ts";

const failed = (error: unknown): KnastError => {
  if (error instanceof KnastError) return error;
  const full = ["ENOSPC", "EDQUOT", "EFBIG"].includes((error as NodeJS.ErrnoException).code ?? "");
  return new KnastError(full ? "disk_full" : "internal", { cause: error });
};

/** A new file of ours that is written from its beginning to its end, one write at work while the next piece comes. */
export class BigFile {
  size = 0;
  #pieces: Buffer[] = [];
  #gathered = 0;
  #writing: Promise<void> = Promise.resolve();

  private constructor(private readonly file: fs.FileHandle) {}

  /** @throws KnastError internal when it exists, disk_full */
  static async create(path: string): Promise<BigFile> {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
    return new BigFile(
      await fs.open(path, flags, 0o600).catch((error) => {
        throw failed(error);
      }),
    );
  }

  /** The buffer is the file's until a later one of PIECE bytes has been appended: one write is at work at a time. @throws KnastError disk_full, internal */
  async append(piece: Buffer): Promise<void> {
    this.#pieces.push(piece);
    this.#gathered += piece.length;
    this.size += piece.length;
    if (this.#gathered >= PIECE) await this.#flush();
  }

  async #flush(): Promise<void> {
    const pieces = this.#pieces;
    const at = this.size - this.#gathered;
    this.#pieces = [];
    this.#gathered = 0;
    await this.#writing;
    this.#writing = this.#write(pieces, at);
    this.#writing.catch(() => {});
  }

  async #write(pieces: Buffer[], at: number): Promise<void> {
    const whole = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
    try {
      for (let done = 0; done < whole.length;)
        done += (await this.file.write(whole, done, whole.length - done, at + done)).bytesWritten;
    } catch (error) {
      throw failed(error);
    }
  }

  /** Writes over what is there already. */
  async rewrite(piece: Buffer, at: number): Promise<void> {
    await this.#flush();
    await this.#writing;
    await this.#write([piece], at);
  }

  /** Everything is on the disk when it returns. */
  async finish(): Promise<void> {
    await this.#flush();
    await this.#writing;
    await this.file.sync().catch((error) => {
      throw failed(error);
    });
    await this.close();
  }

  async close(): Promise<void> {
    await this.#writing.catch(() => {});
    await this.file.close().catch(() => {});
  }
}

/** A regular file that is read anywhere; links, fifos and devices are refused. */
export class OpenFile {
  private constructor(
    private readonly file: fs.FileHandle,
    readonly size: number,
    /** changes when the file does */
    readonly stamp: string,
  ) {}

  /** @returns null when there is nothing; throws KnastError internal for what is no file */
  static async open(path: string): Promise<OpenFile | null> {
    let file: fs.FileHandle;
    try {
      file = await fs.open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
      throw failed(error);
    }
    const stats = await file.stat();
    if (stats.isFile())
      return new OpenFile(file, stats.size, `${stats.ino}-${stats.size}-${Math.trunc(stats.mtimeMs)}`);
    await file.close();
    throw new KnastError("internal", { cause: `${path} is no regular file` });
  }

  /** @returns as many bytes as there are from `at` on, at most `length`, which lie in `buffer` */
  async read(at: number, length: number, buffer: Buffer = Buffer.allocUnsafe(length)): Promise<Buffer> {
    let done = 0;
    while (done < length) {
      const { bytesRead } = await this.file.read(buffer, done, length - done, at + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return buffer.subarray(0, done);
  }

  async *pieces(from: number, to: number): AsyncGenerator<Buffer> {
    let next = from < to ? this.read(from, Math.min(PIECE, to - from)) : null;
    for (let at = from; next !== null;) {
      const piece: Buffer = await next;
      at += piece.length;
      next = piece.length > 0 && at < to ? this.read(at, Math.min(PIECE, to - at)) : null;
      // Who stops in between leaves a read behind that nobody asks for.
      next?.catch(() => {});
      if (piece.length > 0) yield piece;
    }
  }

  close(): Promise<void> {
    return this.file.close().catch(() => {});
  }
}
