import { KnastError } from "../../contract/errors.ts";
import type { RecordingEnd } from "../../contract/recording.ts";
import { diskSpace } from "../host/disk.ts";
import { LiveFile } from "../host/live-file.ts";
import type { Recorder } from "../terminals/session-options.ts";
import { Cast } from "./cast.ts";

export type Bounds = {
  /** the file ends before it becomes larger */
  most: number;
  /** free bytes of the disk that are left to everybody else */
  floor: number;
  /** characters that may wait for a slow disk */
  waiting: number;
  /** milliseconds between two writes */
  every: number;
};

export type RecorderOptions = { path: string; name: string; header: string; bounds: Bounds };

/**
 * Writes down what a shell prints, beside it: nothing here is waited for by the shell, and whatever goes wrong ends the recording only.
 * After a kill the file holds what was written until then, in whole lines.
 */
export class CastRecorder implements Recorder {
  readonly name: string;
  readonly since = new Date().toISOString();
  ended: RecordingEnd | null = null;
  onEnd = () => {};
  readonly #file: LiveFile;
  readonly #path: string;
  readonly #bounds: Bounds;
  readonly #cast = new Cast();
  readonly #timer: NodeJS.Timeout;
  #writing: Promise<void> = Promise.resolve();
  #busy = false;
  #closed: Promise<void> | undefined;

  private constructor(file: LiveFile, { path, name, bounds }: RecorderOptions) {
    this.#file = file;
    this.#path = path;
    this.name = name;
    this.#bounds = bounds;
    this.#timer = setInterval(() => this.#busy || void this.#flush(false), bounds.every);
    this.#timer.unref();
  }

  /** @throws KnastError disk_full; internal when the file is there already */
  static async begin(options: RecorderOptions): Promise<CastRecorder> {
    const { freeBytes } = await diskSpace(options.path.slice(0, options.path.lastIndexOf("/")));
    if (freeBytes < options.bounds.floor) throw new KnastError("disk_full");
    const file = await LiveFile.create(options.path).catch(refuse);
    await file.append(Buffer.from(options.header)).catch(async (error) => {
      await file.close();
      refuse(error);
    });
    return new CastRecorder(file, options);
  }

  printed(bytes: Buffer): void {
    if (this.ended !== null) return;
    this.#cast.printed(bytes);
    if (this.#cast.waiting > this.#bounds.waiting) void this.stop("too-slow");
  }

  resized(cols: number, rows: number): void {
    if (this.ended === null) this.#cast.resized(cols, rows);
  }

  stop(reason: RecordingEnd): Promise<void> {
    if (this.ended === null) {
      this.ended = reason;
      clearInterval(this.#timer);
      this.onEnd();
    }
    this.#closed ??= this.#flush(true).then(() => this.#file.close());
    return this.#closed;
  }

  #flush(last: boolean): Promise<void> {
    this.#busy = true;
    this.#writing = this.#writing
      .then(() => this.#write(last))
      .catch((error: unknown) => this.#failed(error))
      .finally(() => (this.#busy = false));
    return this.#writing;
  }

  async #write(last: boolean): Promise<void> {
    const text = this.#cast.take(last);
    // After a piece that did not fit nothing may follow: it would be of another screen.
    if (text === "" || (this.ended !== null && this.ended !== "stopped" && this.ended !== "shell-ended")) return;
    const { freeBytes } = await diskSpace(this.#path);
    const piece = Buffer.from(text);
    if (freeBytes - piece.length < this.#bounds.floor) return this.#over("disk-full");
    if (this.#file.size + piece.length <= this.#bounds.most) return this.#file.append(piece);
    const room = piece.lastIndexOf(10, this.#bounds.most - this.#file.size - 1) + 1;
    if (room > 0) await this.#file.append(piece.subarray(0, room));
    this.#over("too-large");
  }

  /** From within a write: the end waits for it. */
  #over(reason: RecordingEnd): void {
    if (this.ended === null) void this.stop(reason);
  }

  #failed(error: unknown): void {
    const full = ["ENOSPC", "EDQUOT", "EFBIG"].includes((error as NodeJS.ErrnoException).code ?? "");
    this.#over(full ? "disk-full" : "failed");
  }
}

function refuse(error: unknown): never {
  const full = ["ENOSPC", "EDQUOT"].includes((error as NodeJS.ErrnoException).code ?? "");
  throw new KnastError(full ? "disk_full" : "internal", { cause: error });
}
