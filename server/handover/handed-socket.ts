import { constants } from "node:os";
import { Duplex } from "node:stream";
import { type Native, type NativeLine, READABLE, WRITABLE } from "./native.ts";

const AGAIN = new Set([-constants.errno.EAGAIN, -constants.errno.EWOULDBLOCK]);
/** All sockets read into this one in turn and keep a copy of what came. */
const inbox = Buffer.allocUnsafeSlow(64 * 1024);

type Done = (error?: Error | null) => void;

/**
 * A TCP connection that another process has given and still shares: read and written by recv(2) and send(2) that never wait, whatever that
 * process does to the flags of the shared open file.
 */
export class HandedSocket extends Duplex {
  readonly #native: Native;
  readonly #line: NativeLine;
  /** told of each piece that comes, before it is read */
  readonly #came: (piece: Buffer) => void;
  #watching = 0;
  #rest: { bytes: Buffer; from: number; done: Done } | null = null;

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

  override _read(): void {
    this.#watch(this.#watching | READABLE);
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
    this.#native.close(this.#line);
    const rest = this.#rest;
    this.#rest = null;
    rest?.done(error ?? new Error("closed"));
    done(error);
  }

  #watch(events: number): void {
    if (events === this.#watching || this.destroyed) return;
    this.#watching = events;
    this.#native.watch(this.#line, events);
  }

  #told(events: number): void {
    if (events & WRITABLE && this.#rest) {
      const { bytes, from, done } = this.#rest;
      this.#rest = null;
      this.#watch(this.#watching & ~WRITABLE);
      this.#put(bytes, from, done);
    }
    if (events & READABLE && !this.destroyed) this.#take();
  }

  #take(): void {
    const got = this.#native.read(this.#line, inbox);
    if (AGAIN.has(got)) return;
    if (got < 0) return void this.destroy(failure("recv", got));
    if (got === 0) {
      this.#watch(this.#watching & ~READABLE);
      return void this.push(null);
    }
    const piece = Buffer.from(inbox.subarray(0, got));
    this.#came(piece);
    if (!this.push(piece)) this.#watch(this.#watching & ~READABLE);
  }

  #put(bytes: Buffer, from: number, done: Done): void {
    const put = this.#native.write(this.#line, bytes, from);
    if (put < 0 && !AGAIN.has(put)) return done(failure("send", put));
    const next = from + Math.max(put, 0);
    if (next >= bytes.length) return done();
    this.#rest = { bytes, from: next, done };
    this.#watch(this.#watching | WRITABLE);
  }
}

const failure = (call: string, errno: number) => new Error(`${call} failed with errno ${-errno}`);
