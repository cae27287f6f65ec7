import type { WebSocket } from "ws";
import type { DaemonMessage, TerminalInfo } from "../../contract/terminal.ts";
import { Audience } from "./audience.ts";
import { Pty } from "./pty.ts";

export type EndReason = Extract<DaemonMessage, { t: "exit" }>["reason"];

export type SessionOptions = {
  id: string;
  jail: { name: string; jid: number };
  actor: string;
  shell: string;
  note: string | null;
  argv: readonly string[];
  env: Readonly<Record<string, string>>;
  cols: number;
  rows: number;
  /** milliseconds without a viewer after which it is ended */
  idleAfter: number;
  /** milliseconds for which a viewer whose connection broke may hold the output */
  graceFor: number;
  /** called once: the shell is over */
  ended: (session: Session, reason: EndReason) => void;
};

/** What the shell left behind may keep the tty open: its output is taken until nothing came for so many milliseconds. */
const QUIET = 200;
/** ... and for so long at most, lest somebody who never acknowledges anything keeps an ended shell. */
const DRAIN = 60_000;
/** Between the two changes of size that make a full-screen program draw, so that it notices both. */
const NUDGE = 100;

type Timer = "idle" | "quiet" | "drain" | "nudge";

/** A shell on its pty. It ends with its process, or when it is told to, not with those who look at it. */
export class Session {
  readonly id: string;
  readonly #options: SessionOptions;
  readonly #startedAt = new Date().toISOString();
  readonly #pty: Pty;
  readonly #audience: Audience;
  readonly #timers: Partial<Record<Timer, NodeJS.Timeout>> = {};
  #cols: number;
  #rows: number;
  #lastOutputAt: number | null = null;
  #status: number | null = null;
  #processAlive = true;
  #outputOver = false;
  #alive = true;

  /** @throws Error when the pty can't be made */
  constructor(options: SessionOptions) {
    this.#options = options;
    this.id = options.id;
    this.#cols = options.cols;
    this.#rows = options.rows;
    this.#audience = new Audience(
      {
        pause: () => this.#pty.pause(),
        resume: () => this.#pty.resume(),
        type: (bytes) => this.#pty.write(bytes),
        resize: (cols, rows) => this.#resize(cols, rows),
        size: () => ({ cols: this.#cols, rows: this.#rows }),
        redraw: () => this.#nudge(),
        watched: (yes) => (yes ? this.#clear("idle") : this.#watchIdle()),
      },
      options.graceFor,
    );
    this.#pty = new Pty({
      argv: options.argv,
      env: options.env,
      cols: options.cols,
      rows: options.rows,
      onData: (bytes) => {
        if (!this.#alive) return;
        this.#lastOutputAt = Date.now();
        this.#audience.printed(bytes);
      },
      onExit: (status) => this.#processEnded(status),
      onLast: () => this.#audience.last(),
      onEnd: () => this.#outputEnded(),
      onDrain: () => this.#audience.released(),
    });
    this.#watchIdle();
  }

  get jail(): { name: string; jid: number } {
    return this.#options.jail;
  }

  get actor(): string {
    return this.#options.actor;
  }

  /** The process that leads the shell's session; its pid is the session's id (setsid(2)). */
  get pid(): number {
    return this.#pty.pid;
  }

  get tty(): string {
    return this.#pty.tty;
  }

  /** False once it is over, though it is kept for a while for who comes back. */
  get alive(): boolean {
    return this.#alive;
  }

  get processAlive(): boolean {
    return this.#processAlive;
  }

  get viewers(): number {
    return this.#audience.size;
  }

  info(): TerminalInfo {
    const { jail, actor, shell, note } = this.#options;
    return {
      terminal: this.id,
      jail: jail.name,
      jid: jail.jid,
      actor,
      shell,
      note,
      startedAt: this.#startedAt,
      lastOutputAt: this.#lastOutputAt === null ? null : new Date(this.#lastOutputAt).toISOString(),
      viewers: this.#audience.size,
      cols: this.#cols,
      rows: this.#rows,
    };
  }

  /** @param from offset that the viewer has already, null for none */
  attach(ws: WebSocket, from: number | null): void {
    this.#audience.attach(ws, from);
  }

  ping(): void {
    this.#audience.ping();
  }

  /** The shell is over for everybody who looks at it; its process is told by hangUp(). */
  end(reason: EndReason): void {
    this.#finish(reason, null);
  }

  /** Closes the master, which is SIGHUP for the shell. */
  hangUp(): void {
    this.#pty.close();
  }

  /** Forgets all that is kept of an ended session. */
  dispose(): void {
    this.#pty.close();
    this.#audience.dispose();
    for (const name of Object.keys(this.#timers) as Timer[]) this.#clear(name);
  }

  /** Last one wins; what is not a change is no signal for the program. */
  #resize(cols: number, rows: number): void {
    if (cols === this.#cols && rows === this.#rows) return;
    this.#cols = cols;
    this.#rows = rows;
    this.#clear("nudge");
    this.#pty.resize(cols, rows);
  }

  #nudge(): void {
    if (!this.#alive || this.#timers.nudge || this.#rows < 2) return;
    this.#pty.resize(this.#cols, this.#rows - 1);
    this.#timers.nudge = setTimeout(() => {
      this.#clear("nudge");
      this.#pty.resize(this.#cols, this.#rows);
    }, NUDGE);
  }

  #watchIdle(): void {
    if (!this.#alive) return;
    this.#clear("idle");
    this.#timers.idle = setTimeout(() => this.end("idle"), this.#options.idleAfter);
    this.#timers.idle.unref();
  }

  #processEnded(status: number): void {
    this.#processAlive = false;
    this.#status = status;
    if (!this.#alive) return;
    if (this.#outputOver) return this.#finish("exited", status);
    // Node's own wrapper would drop what is unread 200 ms after the exit; here the reader decides.
    let seen = -1;
    this.#timers.quiet = setInterval(() => {
      // held by a viewer, or this process was late itself: nothing was read because nobody read
      const quiet = !this.#audience.paused && this.#pty.isEmpty();
      if (quiet && seen === this.#audience.offset) this.#pty.close();
      seen = quiet ? this.#audience.offset : -1;
    }, QUIET);
    this.#timers.drain = setTimeout(() => this.#pty.close(), DRAIN);
  }

  #outputEnded(): void {
    this.#outputOver = true;
    if (!this.#alive) return;
    if (!this.#processAlive) return this.#finish("exited", this.#status);
    // The tty is closed but the process is not over yet; most often it is in a moment.
    this.#timers.quiet = setTimeout(() => this.#finish("exited", null), 5 * QUIET);
  }

  #finish(reason: EndReason, status: number | null): void {
    if (!this.#alive) return;
    this.#alive = false;
    for (const name of Object.keys(this.#timers) as Timer[]) this.#clear(name);
    this.#options.ended(this, reason);
    this.#audience.finish({ t: "exit", status, reason });
  }

  #clear(name: Timer): void {
    clearTimeout(this.#timers[name]);
    this.#timers[name] = undefined;
  }
}
