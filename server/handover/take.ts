import type { Server as HttpServer } from "node:http";
import { createServer, type Server } from "node:net";
import { AGAIN, HandedSocket } from "./handed-socket.ts";
import { isTyped } from "./is-typed.ts";
import { fdOf, MAX_REQUEST, type Native, type NativeLine, READABLE, STOPPED } from "./native.ts";

/** Who hands over a connection gets so many milliseconds for its request. */
const PATIENCE = 5000;
/** Connections whose request is not there yet, those that were taken, and those whose close(2) waits. */
const PENDING = 64;
const OPEN = 2048;
const CLOSING = 64;
/** That somebody types is told once in so many milliseconds. */
const TYPED_EVERY = 1000;
const TYPED = Buffer.from([1]);
const LENGTH = 4;

/**
 * Takes connections that knast-web hands over: what comes over this Unix socket is a length (4 bytes, big-endian), a request of HTTP/1.1 and, with
 * the first of these bytes, the TCP connection that the request is for (SCM_RIGHTS, unix(4)). The Unix connection stays as a leash: when it
 * ends, so does what was handed over, and the other way round. A byte 1 comes back over it while somebody types.
 * @param parser reads the request and then owns the connection; it need not listen
 * @returns the listener, not listening yet
 */
export function createTaker(native: Native, parser: HttpServer): Server {
  const counts = { pending: 0, open: 0 };
  const upgrading = new WeakMap<object, () => void>();
  parser.on("upgrade", (_request, socket) => upgrading.get(socket)?.());
  // Paused: Node must not read, as read(2) would let the connection fall that comes with the bytes.
  return createServer({ pauseOnConnect: true }, (socket) => {
    socket.on("error", () => {});
    // A descriptor of our own first: what has been sent already would be closed with the last one, by this thread.
    const fd = native.duplicate(fdOf(socket));
    socket.destroy();
    if (fd < 0) return;
    if (counts.pending >= PENDING || counts.open >= OPEN || native.closing() > CLOSING) return native.drop(fd);
    try {
      new Handover(native, fd, { parser, counts, upgrading });
    } catch {
      // No memory or no more descriptors can be watched; open() has closed it.
    }
  });
}

type Shared = {
  parser: HttpServer;
  counts: { pending: number; open: number };
  /** what to call when a connection's upgrade has come */
  upgrading: WeakMap<object, () => void>;
};

class Handover {
  readonly #native: Native;
  readonly #leash: NativeLine;
  readonly #shared: Shared;
  readonly #timer: NodeJS.Timeout;
  #inbox = Buffer.alloc(LENGTH + MAX_REQUEST);
  #filled = 0;
  #fd = -1;
  #socket: HandedSocket | null = null;
  #over = false;
  #typedAt = -Infinity;

  constructor(native: Native, leash: number, shared: Shared) {
    this.#native = native;
    this.#shared = shared;
    this.#leash = native.open(leash, (events) => this.#told(events));
    shared.counts.pending++;
    this.#timer = setTimeout(() => this.#end(), PATIENCE);
    native.watch(this.#leash, READABLE);
  }

  #told(events: number): void {
    if (this.#over) return;
    const [got, fd] = this.#native.receive(this.#leash, this.#inbox.subarray(this.#filled));
    if (fd >= 0) {
      // One connection, and with the first byte.
      if (this.#fd >= 0 || this.#socket || this.#filled > 0) this.#native.drop(fd);
      else this.#fd = fd;
    }
    if (AGAIN.has(got) && !(events & STOPPED)) return;
    // Once the connection is taken nothing is to come any more but the end.
    if (got <= 0 || this.#fd < 0 || this.#socket) return this.#end();
    this.#filled += got;
    if (this.#filled < LENGTH) return;
    const whole = LENGTH + this.#inbox.readUInt32BE(0);
    if (whole > this.#inbox.length || this.#filled > whole) return this.#end();
    if (this.#filled === whole) this.#take(this.#inbox.subarray(LENGTH, whole));
  }

  #take(request: Buffer): void {
    const { counts, parser, upgrading } = this.#shared;
    const fd = this.#fd;
    this.#fd = -1;
    try {
      this.#socket = new HandedSocket(this.#native, fd, request, (piece) => this.#came(piece));
    } catch {
      return this.#end();
    }
    counts.pending--;
    counts.open++;
    this.#inbox = Buffer.alloc(1);
    this.#filled = 0;
    // The parser has no clock of its own, as its server does not listen: a request that is none is ended by ours.
    upgrading.set(this.#socket, () => clearTimeout(this.#timer));
    this.#socket.once("close", () => this.#end());
    parser.emit("connection", this.#socket);
  }

  #came(piece: Buffer): void {
    if (!isTyped(piece)) return;
    const now = performance.now();
    if (now - this.#typedAt < TYPED_EVERY) return;
    this.#typedAt = now;
    this.#native.write(this.#leash, TYPED, 0);
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#timer);
    if (this.#socket) this.#shared.counts.open--;
    else this.#shared.counts.pending--;
    this.#native.close(this.#leash);
    if (this.#fd >= 0) this.#native.drop(this.#fd);
    this.#socket?.cut();
  }
}
