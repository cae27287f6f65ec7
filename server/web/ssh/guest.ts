import type { Socket } from "node:net";

/** Bytes for the client that wait in this process; what a shell prints is acknowledged only below. */
const WAITING = 128 * 1024;
/** More than this waits only for one who asks without reading the answers. */
const MOST_WAITING = 4 * 1024 * 1024;

/** Somebody's TCP connection. ssh2 looks neither at what waits to be written nor at whether the peer keeps to its window. */
export class Guest {
  readonly source: string;
  readonly #socket: Socket;
  #grace: NodeJS.Timeout;
  #flushing: (() => void)[] = [];
  #leaving: (() => void)[] = [];
  #left = false;
  /** bytes that came in and that nobody has taken yet */
  held: () => number = () => 0;

  /** To be made before ssh2 gets the socket: who leaves must be gone here before it lets go of its ciphers. */
  constructor(socket: Socket, graceMs: number) {
    this.#socket = socket;
    this.source = socket.remoteAddress?.replace(/^::ffff:/, "") ?? "";
    this.#grace = setTimeout(() => socket.destroy(), graceMs);
    socket.setNoDelay(true);
    // Who sends no more can't be talked with; one who reads no more either would stay for ever.
    socket.once("end", () => {
      this.#leave();
      socket.destroy();
    });
    socket.once("close", () => this.#leave());
    socket.on("drain", () => this.#flushed());
  }

  #leave(): void {
    this.#left = true;
    clearTimeout(this.#grace);
    this.#flushing = [];
    for (const gone of this.#leaving.splice(0)) gone();
  }

  /** To be called once ssh2 reads the socket. */
  guard(): void {
    this.#socket.on("data", () => {
      if (this.#socket.writableLength + this.held() > MOST_WAITING) this.cut();
    });
  }

  get gone(): boolean {
    return this.#left || this.#socket.destroyed;
  }

  /** He has said who he is. */
  known(): void {
    clearTimeout(this.#grace);
  }

  /** Calls back when what was written is on its way. */
  whenFlushed(done: () => void): void {
    if (this.#socket.writableLength <= WAITING) done();
    else this.#flushing.push(done);
  }

  #flushed(): void {
    for (const done of this.#flushing.splice(0)) done();
  }

  /** Ends it without a word. */
  cut(): void {
    this.#socket.destroy();
  }

  /** Calls back when he is gone, at once if he is. */
  onClose(gone: () => void): void {
    if (this.#left) gone();
    else this.#leaving.push(gone);
  }
}
