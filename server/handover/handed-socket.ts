import { constants } from "node:os";
import { Duplex } from "node:stream";
import { FramesOfKeys } from "./frames-of-keys.ts";
import { type Native, type NativeLine, READABLE, STOPPED, WRITABLE } from "./native.ts";

/** What a call answers that would have to wait. */
export const AGAIN: ReadonlySet<number> = new Set([-constants.errno.EAGAIN, -constants.errno.EWOULDBLOCK]);
/** All sockets read into this one in turn and keep a copy of what came. */
const inbox = Buffer.allocUnsafeSlow(64 * 1024);

/** What is said to be ready and is not, as another has been quicker or pretends it, is looked at again after so many milliseconds. */
const RESTS = 20;

type Done = (error?: Error | null) => void;

/**
 * A TCP connection that another process has given and still shares: read and written by recv(2) and send(2) that never wait, whatever that
 * process does to the flags of the shared open file.
 */
export class HandedSocket extends Duplex {
  readonly #native: Native;
  readonly #line: NativeLine;
  /** told of each piece that has come */
  readonly #came: (piece: Buffer) => void;
  /** the events that are wanted, those that libuv waits for, and those that have to rest first */
  #wanted = 0;
  #watched = 0;
  #resting = 0;
  #timer: NodeJS.Timeout | undefined;
  #rest: { bytes: Buffer; from: number; done: Done } | null = null;
  #received = 0;
  #keys: { frames: FramesOfKeys; typed: (bytes: Buffer) => boolean } | null = null;

  /**
   * @param fd taken over
   * @param first read before anything that comes over the connection
   * @throws Error when the descriptor can't be watched; it is closed then
   */
  constructor(native: Native, fd: number, first: Buffer, came: (piece: Buffer) => void) {
    super({ allowHalfOpen: true });
    this.#native = native;
    this.#came = came;
    this.#line = native.open(fd, (events) => this.#told(events));
    this.push(first);
  }

  /** Ends the connection, and what has come and is not read is never read: ws would take it after the end. */
  cut(): void {
    this.pause();
    this.removeAllListeners("data");
    while (this.read() !== null);
    this.destroy();
  }

  /**
   * A key takes the short way from now on, past the streams and the library that reads all other frames: that is a third of what it
   * costs. To be called right after the upgrade, when nothing was sent behind the request; a connection that has brought something
   * since is left as it is. Nobody may listen but who reads frames.
   * @param typed gets what was typed, when nothing else waits to be read; false: it is to go the long way
   */
  hearKeys(typed: (bytes: Buffer) => boolean): void {
    if (this.#received === 0) this.#keys = { frames: new FramesOfKeys(), typed };
  }

  /** Writes at once what the kernel takes, and the rest in its turn. @param done when all is written, or never will be */
  send(bytes: Buffer, done: () => void): void {
    const put = this.writable && this.writableLength === 0 ? this.#native.write(this.#line, bytes, 0) : 0;
    if (put === bytes.length) return done();
    if (put < 0 && !AGAIN.has(put)) {
      // What the kernel has taken of it is not known, so nothing more goes out.
      this.destroy(failure("send", put));
      return done();
    }
    this.write(put > 0 ? bytes.subarray(put) : bytes, done);
  }

  override _read(): void {
    this.#want(READABLE, true);
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: Done): void {
    this.#put(bytes, 0, done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: Done): void {
    this.#put(Buffer.concat(chunks.map(({ chunk }) => chunk)), 0, done);
  }

  override _final(done: Done): void {
    this.#native.end(this.#line);
    done();
  }

  override _destroy(error: Error | null, done: Done): void {
    clearTimeout(this.#timer);
    this.#native.close(this.#line);
    const rest = this.#rest;
    this.#rest = null;
    rest?.done(error ?? new Error("closed"));
    done(error);
  }

  #want(event: number, yes: boolean): void {
    this.#wanted = yes ? this.#wanted | event : this.#wanted & ~event;
    this.#watch();
  }

  #watch(): void {
    const events = this.#wanted & ~this.#resting;
    if (events === this.#watched || this.destroyed) return;
    this.#watched = events;
    this.#native.watch(this.#line, events);
  }

  #told(events: number): void {
    if (events & STOPPED) this.#watched = 0;
    let nothing = 0;
    if (events & WRITABLE && this.#rest) {
      const { bytes, from, done } = this.#rest;
      this.#rest = null;
      if (!this.#put(bytes, from, done)) nothing |= WRITABLE;
    }
    if (events & this.#wanted & READABLE && !this.destroyed && !this.#take()) nothing |= READABLE;
    if (nothing !== 0) this.#letRest(nothing);
    this.#watch();
  }

  #letRest(events: number): void {
    this.#resting |= events;
    if (this.destroyed) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#resting = 0;
      this.#watch();
    }, RESTS);
  }

  /** @returns false when there was nothing */
  #take(): boolean {
    const got = this.#native.read(this.#line, inbox);
    if (AGAIN.has(got)) return false;
    if (got < 0) this.destroy(failure("recv", got));
    else if (got === 0) {
      this.#want(READABLE, false);
      this.push(null);
    } else {
      const piece = inbox.subarray(0, got);
      this.#received += got;
      const key = this.#keys?.frames.key(piece);
      const atOnce = key && this.readableFlowing && this.readableLength === 0 && this.#keys!.typed(key);
      if (!atOnce && !this.push(Buffer.from(piece))) this.#want(READABLE, false);
      this.#came(piece);
    }
    return true;
  }

  /** @returns false when nothing went out */
  #put(bytes: Buffer, from: number, done: Done): boolean {
    const put = this.#native.write(this.#line, bytes, from);
    const again = AGAIN.has(put);
    if (put < 0 && !again) {
      done(failure("send", put));
      return true;
    }
    const next = from + Math.max(put, 0);
    if (next < bytes.length) {
      this.#rest = { bytes, from: next, done };
      this.#want(WRITABLE, true);
    } else {
      this.#want(WRITABLE, false);
      done();
    }
    return !again;
  }
}

const failure = (call: string, errno: number) => new Error(`${call} failed with errno ${-errno}`);
