import type { Attach } from "../../contract/terminal-path.ts";
import { MOST_NAME } from "../../contract/shell-choice.ts";
import type { EndReason, TerminalInfo } from "../../contract/terminal.ts";
import { Audience } from "./audience.ts";
import { cleanLine } from "./clean-line.ts";
import { Drain } from "./drain.ts";
import { Guests } from "./guests.ts";
import { LifeSpan } from "./life-span.ts";
import { Nudge } from "./nudge.ts";
import { Pty } from "./pty.ts";
import type { SessionOptions } from "./session-options.ts";
import { Tape } from "./tape.ts";
import type { Line } from "./viewer.ts";

/** A shell on its pty. It ends with its process, or when it is told to, not with those who look at it. */
export class Session {
  readonly id: string;
  readonly #options: SessionOptions;
  readonly #startedAt = new Date().toISOString();
  readonly #pty: Pty;
  readonly #audience: Audience;
  /** whom its person shows it to */
  readonly guests: Guests;
  readonly tape = new Tape(() => this.#audience);
  readonly #life: LifeSpan;
  readonly #drain: Drain;
  readonly #nudge = new Nudge((rows) => this.#pty.resize(this.#cols, rows));
  /** what its person calls it */
  #name: string | null = null;
  #cols: number;
  #rows: number;
  #lastOutputAt: number | null = null;
  #lastInputAt: number | null = null;
  #status: number | null = null;
  #signal: string | null = null;
  #processAlive = true;
  #alive = true;

  /** @throws Error when the pty can't be made */
  constructor(options: SessionOptions) {
    this.#options = options;
    this.id = options.id;
    this.#cols = options.cols;
    this.#rows = options.rows;
    this.guests = new Guests(
      options.actor,
      () => this.#audience.regard(),
      (name) => this.#audience.sendAway(name),
    );
    this.#audience = new Audience(
      {
        pause: () => this.#pty.pause(),
        resume: () => this.#pty.resume(),
        courtesy: {
          isFlood: () => options.courtesy.isFlood(this.id),
          cameLate: (late) => options.courtesy.cameLate(this.id, late),
          restAfter: (length) => options.courtesy.restAfter(this.id, length),
        },
        full: () => this.#pty.full,
        type: (bytes) => this.#type(bytes),
        resize: (cols, rows) => this.#resize(cols, rows),
        size: () => ({ cols: this.#cols, rows: this.#rows }),
        redraw: () => this.#alive && this.#nudge.begin(this.#rows),
        watched: () => this.#life.active(),
        owner: options.actor,
        guests: this.guests,
        recording: () => this.tape.state,
      },
      options.waits,
    );
    this.#drain = new Drain({
      pty: () => this.#pty,
      audience: this.#audience,
      over: () => this.end("exited"),
      longest: options.waits.drainFor,
    });
    this.#pty = new Pty({
      argv: options.argv,
      env: options.env,
      cols: options.cols,
      rows: options.rows,
      onData: (bytes) => {
        if (!this.#alive) return;
        this.#lastOutputAt = Date.now();
        this.#life.active();
        this.#audience.printed(bytes);
        this.tape.printed(bytes);
      },
      onExit: (status, signal) => this.#processEnded(status, signal),
      onLast: () => this.#audience.last(),
      onEnd: () => this.#alive && this.#drain.outputEnded(),
      onDrain: () => this.#audience.released(),
    });
    // last: its timers must not outlive a shell whose pty could not be had
    this.#life = new LifeSpan(
      options.span,
      (limit) => this.end(limit),
      (limit, endsIn) => this.#audience.notice({ t: "notice", reason: limit, endsIn }),
    );
  }

  get jail(): SessionOptions["jail"] {
    return this.#options.jail;
  }

  get actor(): string {
    return this.#options.actor;
  }

  /** the account of the jail that it was opened as */
  get account(): string {
    return this.#options.account;
  }

  /** The process that leads the shell's session; its pid is the session's id (setsid(2)). */
  get pid(): number {
    return this.#pty.pid;
  }

  get tty(): string {
    return this.#pty.tty;
  }

  /** Milliseconds since it began. */
  get age(): number {
    return this.#life.age;
  }

  /** False once it is over, though it is kept for a while for who comes back. */
  get alive(): boolean {
    return this.#alive;
  }

  /** The terminal's name may be another shell's by now. */
  get hungUp(): boolean {
    return this.#pty.closed;
  }

  get processAlive(): boolean {
    return this.#processAlive;
  }

  get viewers(): number {
    return this.#audience.size;
  }

  get #origin() {
    const { jail, actor, shell, account } = this.#options;
    return { terminal: this.id, jail: jail.name, jid: jail.jid, actor, shell, account, startedAt: this.#startedAt };
  }

  info(): TerminalInfo {
    return {
      ...this.#origin,
      name: this.#name,
      note: this.#options.note,
      lastOutputAt: instant(this.#lastOutputAt),
      lastInputAt: instant(this.#lastInputAt),
      ...this.#audience.label(),
      viewers: this.#audience.size,
      cols: this.#cols,
      rows: this.#rows,
    };
  }

  /** @param who is its person, a guest of his, or the host's root */
  attach(line: Line, how: Attach, who: string): void {
    this.#audience.attach(line, how, who);
    const { warning } = this.#life;
    if (warning) this.#audience.notice({ t: "notice", reason: warning.limit, endsIn: warning.endsIn });
  }

  /** Whether another viewer may come, and which one has to go for him. */
  roomFor({ typist }: Attach, who: string, most: number): ReturnType<Audience["roomFor"]> {
    return this.#audience.roomFor({ typist, who, guest: this.guests.modeOf(who) !== null }, most);
  }

  /** Whether its person is there by what shows him who asks: not by ssh. */
  get seesQuestions(): boolean {
    return this.#audience.count(({ who, guest, typist }) => who === this.actor && !guest && typist !== null) > 0;
  }

  /** One plain line of it; none of one that shows nothing. */
  rename(name: string | null): void {
    this.#name = cleanLine(name ?? "", MOST_NAME).trim() || null;
  }

  /** @param blockedFor milliseconds for which a viewer's keys may wait */
  ping(blockedFor: number): void {
    this.#audience.ping(blockedFor);
  }

  /** Closes the master, which is SIGHUP for the shell. */
  hangUp(): void {
    this.#pty.close();
  }

  /** Forgets all that is kept of an ended session. */
  dispose(): void {
    this.#life.stop();
    this.#pty.close();
    this.#audience.dispose();
    this.#stopTimers();
  }

  /** What is not a change is no signal for the program. */
  #resize(cols: number, rows: number): void {
    if (cols === this.#cols && rows === this.#rows) return;
    this.#cols = cols;
    this.#rows = rows;
    this.#nudge.stop();
    this.#pty.resize(cols, rows);
    this.tape.resized(cols, rows);
    this.#audience.resized();
  }

  #type(bytes: Buffer): boolean {
    this.#lastInputAt = Date.now();
    this.#life.active();
    this.#options.courtesy.typed(this.id);
    return this.#pty.write(bytes);
  }

  #processEnded(status: number, signal: string | null): void {
    this.#processAlive = false;
    this.#status = status;
    this.#signal = signal;
    if (this.#alive) this.#drain.processEnded();
  }

  /** The shell is over for everybody who looks at it; its process is told by hangUp(). */
  end(reason: EndReason): void {
    if (!this.#alive) return;
    this.#alive = false;
    this.#life.stop();
    this.#stopTimers();
    const how = { status: this.#status, signal: this.#signal, reason };
    this.#options.ended(this, { ...this.#origin, endedAt: new Date().toISOString(), ...how });
    void this.tape.stop("shell-ended");
    this.#audience.finish({ t: "exit", ...how });
    this.guests.end();
  }

  #stopTimers(): void {
    this.#drain.stop();
    this.#nudge.stop();
  }
}

const instant = (at: number | null) => (at === null ? null : new Date(at).toISOString());
