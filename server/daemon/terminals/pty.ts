import { readSync, writeSync } from "node:fs";
import { constants } from "node:os";
import { ReadStream } from "node:tty";
import { isAbsolute } from "node:path";
import { withUsualUmask } from "../host/usual-umask.ts";
import { nativePty } from "./native-pty.ts";

export type PtyOptions = {
  /** argv[0] is an absolute path; nothing is looked up and no shell is between */
  argv: readonly string[];
  /** the whole environment */
  env: Readonly<Record<string, string>>;
  cols: number;
  rows: number;
  /** what was printed; the buffer is used again when this returns */
  onData: (bytes: Buffer) => void;
  /** the process has ended: its exit status, or 128 + the signal's number, and the signal's name; output may still follow */
  onExit: (status: number, signal: string | null) => void;
  /** what is left in the kernel comes now, at most MOST_LAST, whether paused or not; then onEnd */
  onLast: () => void;
  /** no output will follow */
  onEnd: () => void;
  /** the queue of what was typed has become shorter than LOW_INPUT after it had been longer than HIGH_INPUT */
  onDrain: () => void;
};

/** Bytes typed and not yet taken by the tty: above HIGH_INPUT the one who types has to wait. */
export const HIGH_INPUT = 256 * 1024;
const LOW_INPUT = 64 * 1024;
/** A tty that takes nothing is tried again after 2 ms, then more rarely, up to this many milliseconds. */
const RETRY_MAX = 50;

/** Most that one read takes; FreeBSD's ttys give about 16 KiB at a time, Linux's 4. */
export const MOST_READ = 32 * 1024;
/** More than a kernel keeps for a tty whose other side is closed, which is about 70 KiB. */
export const MOST_LAST = 128 * 1024;
/** One for all: read, handed on and done with before the next read (libuv allocates right before it reads). */
const shared = Buffer.allocUnsafeSlow(MOST_READ);

/** A process on a pseudo-terminal of its own (pts(4)); the master is read when it has something and written at once. */
export class Pty {
  readonly pid: number;
  /** its other side's name below /dev, like pts/3 */
  readonly tty: string;
  #fd: number;
  readonly #stream: ReadStream;
  readonly #options: PtyOptions;
  #queue: Buffer[] = [];
  #queued = 0;
  #waiting = false;
  #retry: NodeJS.Timeout | undefined;
  #delay = 0;
  #ended = false;

  /** @throws Error when argv[0] is not absolute, the pty can't be made or node-pty is not patched */
  constructor(options: PtyOptions) {
    const [file, ...args] = options.argv;
    // node-pty would start "sh" of the host for a missing file
    if (typeof file !== "string" || !isAbsolute(file)) throw new Error("a pty needs an absolute program");
    if (options.argv.some((arg) => typeof arg !== "string" || arg.includes("\0"))) throw new Error("bad argument");
    const env = Object.entries(options.env).map(([name, value]) => `${name}=${value}`);
    this.#options = options;
    const exited = (status: number, signal: number) =>
      options.onExit(signal > 0 ? 128 + signal : status, signalName(signal));
    const { cols, rows } = options;
    const made = withUsualUmask(() => nativePty().fork(file, args, env, "/", cols, rows, -1, -1, true, "", exited));
    this.pid = made.pid;
    this.tty = made.pty.replace(/^\/dev\//, "");
    this.#fd = made.fd;
    const onread = { buffer: shared, callback: (count: number) => this.#read(count) };
    this.#stream = new ReadStream(made.fd, { onread } as object);
    // EIO is how Linux says that the last one has closed the other side
    this.#stream.on("error", () => this.close());
    // libuv reports the end of a hung-up tty after any short read, and on Linux each read of a tty is short
    this.#stream.on("end", () => this.finish());
    this.#stream.on("close", () => this.close());
    this.#stream.resume();
  }

  /** Whether who types has to wait until onDrain. */
  get full(): boolean {
    return this.#waiting;
  }

  get closed(): boolean {
    return this.#ended;
  }

  #read(count: number): boolean {
    if (!this.#ended) this.#options.onData(shared.subarray(0, count));
    return true;
  }

  /** Lets the kernel's buffer fill up, so that the one who prints waits. */
  pause(): void {
    if (!this.#ended) this.#stream.pause();
  }

  resume(): void {
    if (!this.#ended) this.#stream.resume();
  }

  /** Takes what can be read right now; whether there was nothing. */
  isEmpty(): boolean {
    return this.#take() === 0;
  }

  /** Takes what the kernel still holds and closes; somebody may still be printing, so not for ever. */
  finish(): void {
    if (this.#ended) return;
    this.#options.onLast();
    for (let left = MOST_LAST, count = 1; count > 0 && left >= MOST_READ; left -= count) count = this.#take();
    this.close();
  }

  #take(): number {
    if (this.#ended) return 0;
    try {
      const count = readSync(this.#fd, shared);
      if (count > 0) this.#read(count);
      return count;
    } catch {
      return 0;
    }
  }

  resize(cols: number, rows: number): void {
    if (!this.#ended) nativePty().resize(this.#fd, cols, rows);
  }

  /**
   * Types `bytes`, at once if the tty takes them.
   * @returns false when the queue is longer than HIGH_INPUT: the caller stops until onDrain
   */
  write(bytes: Uint8Array): boolean {
    if (this.#ended || bytes.length === 0) return true;
    const put = this.#queue.length === 0 ? this.#put(bytes) : 0;
    if (put === bytes.length) return true;
    this.#queue.push(Buffer.from(bytes.buffer, bytes.byteOffset + put, bytes.length - put));
    this.#queued += bytes.length - put;
    if (this.#retry === undefined) this.#pump();
    if (this.#queued > HIGH_INPUT) this.#waiting = true;
    return !this.#waiting;
  }

  /** @returns how many the tty takes now; all, when it will never take any */
  #put(bytes: Uint8Array): number {
    try {
      return writeSync(this.#fd, bytes);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      return code === "EAGAIN" || code === "EINTR" ? 0 : bytes.length;
    }
  }

  #pump(): void {
    this.#retry = undefined;
    let wrote = false;
    while (this.#queue.length > 0) {
      const head = this.#queue[0]!;
      const count = this.#put(head);
      if (count === 0) break;
      wrote = true;
      this.#queued -= count;
      if (count === head.length) this.#queue.shift();
      else this.#queue[0] = head.subarray(count);
    }
    if (this.#queue.length > 0) {
      this.#delay = wrote ? 2 : Math.min(Math.max(this.#delay * 2, 2), RETRY_MAX);
      this.#retry = setTimeout(() => this.#pump(), this.#delay);
    }
    if (this.#waiting && this.#queued < LOW_INPUT) {
      this.#waiting = false;
      this.#options.onDrain();
    }
  }

  /** Closes the master: the process gets SIGHUP from the kernel. onEnd is called once, here or when the output ends. */
  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#retry);
    this.#queue = [];
    this.#queued = 0;
    this.#fd = -1;
    this.#stream.destroy();
    this.#options.onEnd();
  }
}

function signalName(number: number): string | null {
  if (number <= 0) return null;
  return Object.entries(constants.signals).find(([, one]) => one === number)?.[0] ?? `signal ${number}`;
}
