import type { Attach } from "../../contract/terminal-path.ts";
import { type DaemonMessage, REPLAY_BYTES, WINDOW } from "../../contract/terminal.ts";
import { dismiss, tellCompany } from "./company.ts";
import { Gatherer } from "./gather.ts";
import { Hold } from "./hold.ts";
import { Keyboard, type Waits } from "./keyboard.ts";
import { type Label, Labeller } from "./label.ts";
import { Past } from "./past.ts";
import { MOST_LAST, MOST_READ } from "./pty.ts";
import { renderReplay, renderState } from "./replay.ts";
import { Ring } from "./ring.ts";
import { type Comer, roomFor, sameOne } from "./room.ts";
import { Typists } from "./typists.ts";
import type { Stage } from "./stage.ts";
import { type Line, Viewer } from "./viewer.ts";

/** Beside REPLAY_BYTES room for one read, so that what a viewer has not acknowledged is always still here. */
const RING = REPLAY_BYTES + MOST_READ;
/** The output of a shell and those who look at it, each at his own place in the stream. */
export class Audience {
  readonly #stage: Stage;
  readonly #past = new Past();
  readonly #ring = new Ring(RING, (bytes) => this.#past.add(bytes));
  readonly #labeller = new Labeller(this.#ring, () => this.#past.modes.clone());
  readonly #viewers = new Set<Viewer>();
  readonly #typists = new Typists();
  /** apart: names that guests think of push out none of the owner's */
  readonly #guests = new Typists();
  readonly #hold: Hold;
  readonly #keyboard: Keyboard;
  readonly #gatherer: Gatherer;
  #sizing: NodeJS.Immediate | undefined;
  #exit: DaemonMessage | null = null;

  constructor(stage: Stage, waits: Waits) {
    this.#stage = stage;
    this.#hold = new Hold(stage);
    const end = () => this.#ring.end;
    this.#keyboard = new Keyboard({ stage, viewers: this.#viewers, hold: this.#hold, end }, waits);
    this.#gatherer = new Gatherer(() => this.#advanceAll(), stage.courtesy);
  }

  get size(): number {
    return this.#viewers.size;
  }

  /** Bytes printed so far. */
  get offset(): number {
    return this.#ring.end;
  }

  get paused(): boolean {
    return this.#hold.held;
  }

  count(of: (viewer: Viewer) => boolean): number {
    return [...this.#viewers].filter(of).length;
  }

  /** @param most so many of the person's viewers, and of the guests' */
  roomFor(comer: Comer, most: number): ReturnType<typeof roomFor> {
    return roomFor(this.#viewers, comer, most);
  }

  /** Something about who is there or what he may has changed. */
  regard(): void {
    this.#keyboard.regard();
    tellCompany(this.#stage, this.#viewers);
    this.#keyboard.flow();
  }

  /** A guest, or all, hear that it is over for them; nothing reaches them after this call. */
  sendAway(who: string | null): void {
    dismiss([...this.#viewers].filter((one) => one.guest && (who === null || one.who === who)));
  }

  /** The terminal has another size, which the guests' screens follow; of many in one turn the last one counts. */
  resized(): void {
    this.#sizing ??= setImmediate(() => {
      this.#sizing = undefined;
      for (const viewer of this.#viewers) if (viewer.guest) viewer.tell({ t: "size", ...this.#stage.size() });
    });
  }

  /** @returns what a player must read before what is printed from now on; nothing of what was. Who fills the screen is let draw it. */
  screen(): Buffer {
    const modes = this.#past.modes.clone();
    const state = renderState(modes, this.#ring.read(this.#ring.start, this.#ring.end));
    if (modes.alternateScreen) this.#stage.redraw();
    return state;
  }

  label(): Label {
    return this.#labeller.label();
  }

  /** Goes on at an offset that is still here, else shows the screen anew. Who comes again under his name takes his own place. */
  attach(line: Line, { from, typist }: Attach, who: string): void {
    const former = sameOne(this.#viewers, { typist, who });
    const wrote = former !== null && former === this.#keyboard.writer;
    // Nothing more may come of the old line: what it has not brought yet is about to be sent again.
    former?.supersede();
    const guest = this.#stage.guests.modeOf(who) !== null;
    const viewer = new Viewer(
      line,
      typist,
      { who, guest },
      {
        typed: (one, bytes) => this.#typed(one, bytes),
        acked: (one) => {
          this.#advance(one);
          this.#keyboard.flow();
        },
        resized: (one) => this.#keyboard.fit(one),
        gone: (one, clean) => this.#left(one, clean),
      },
    );
    viewer.size = former?.size ?? null;
    this.#viewers.add(viewer);
    this.#keyboard.came(viewer, wrote);
    this.#stage.watched();
    if (from !== null && from >= this.#ring.start && from <= this.#ring.end) {
      viewer.sent = viewer.acked = from;
      this.#hello(viewer, "resume", from, 0);
    } else this.#replay(viewer);
    this.#advance(viewer);
    this.regard();
  }

  printed(bytes: Buffer): void {
    this.#ring.push(bytes);
    // First, as it says too whether this is still a flood: an echo after one waits for no timer.
    if (!this.#exit) this.#hold.rest(this.#stage.courtesy.restAfter(bytes.length));
    const { writer } = this.#keyboard;
    this.#gatherer.printed(bytes.length, writer ? this.#ring.end - writer.sent : 0);
    this.#keyboard.flow();
  }

  /** What is printed from now on is the rest, which nobody can hold: nothing of it may push out what a viewer waits for. */
  last(): void {
    this.#ring.raise(RING + MOST_LAST);
  }

  /** The tty takes keys again. */
  released(): void {
    for (const viewer of this.#viewers)
      if (viewer.blocked) for (const bytes of viewer.unblock()) this.#typed(viewer, bytes);
    this.#keyboard.flow();
  }

  /** Nothing is printed any more: everybody gets the rest and then `message`, also who comes later. */
  finish(message: DaemonMessage): void {
    this.#exit = message;
    this.#hold.wake();
    this.#keyboard.stop();
    this.#advanceAll();
  }

  notice(message: Extract<DaemonMessage, { t: "notice" }>): void {
    for (const viewer of this.#viewers) if (viewer.typist !== null) viewer.tell(message);
  }

  ping(blockedFor: number): void {
    for (const viewer of this.#viewers) viewer.ping(blockedFor);
  }

  dispose(): void {
    this.#keyboard.stop();
    clearImmediate(this.#sizing);
    for (const viewer of this.#viewers) viewer.terminate();
    this.#ring.clear();
    this.#past.clear();
  }

  #hello(viewer: Viewer, mode: "resume" | "replay", offset: number, replayBytes: number): void {
    const typed = viewer.typist === null ? {} : { typed: this.#counts(viewer).get(`${viewer.who} ${viewer.typist}`) };
    viewer.tell({ t: "hello", mode, offset, replayBytes, ...this.#stage.size(), ...typed });
  }

  #counts = ({ guest }: Viewer): Typists => (guest ? this.#guests : this.#typists);

  #replay(viewer: Viewer): void {
    const { start, end } = this.#ring;
    const kept = this.#ring.read(start, end);
    const { bytes, alternateScreen } = renderReplay(this.#past, kept, start === 0);
    viewer.sent = viewer.acked = end;
    this.#hello(viewer, "replay", end, bytes.length);
    viewer.show(bytes);
    if (alternateScreen) this.#stage.redraw();
  }

  #advanceAll(): void {
    for (const viewer of this.#viewers) this.#advance(viewer);
  }

  #advance(viewer: Viewer): void {
    if (viewer.sent < this.#ring.start) {
      // It fell out of the ring. Once it has shown what it was sent it gets the screen as it is now.
      if (viewer.sent - viewer.acked > WINDOW.ack || viewer.stuck) return;
      this.#replay(viewer);
    }
    viewer.advance(this.#ring.end, (from, to, out) => this.#ring.copy(from, to, out));
    if (this.#exit && viewer.sent === this.#ring.end) {
      viewer.tell(this.#exit);
      viewer.close(1000);
    }
  }

  #typed(viewer: Viewer, bytes: Buffer): void {
    // A new line may bring another message each time: all of them would wait in the pty's queue.
    if (this.#stage.full() && this.#keyboard.mayType(viewer)) return viewer.block(bytes);
    // First of all it is typed: what is counted afterwards is done while the tty makes the echo.
    const heard = this.#keyboard.mayType(viewer);
    const typed = heard && this.#keyboard.takes(viewer, bytes);
    if (typed && !this.#stage.type(bytes)) viewer.block();
    // Counted also when it is dropped: else the viewer would send it again once he may type.
    if (viewer.typist !== null) viewer.took(this.#counts(viewer).add(`${viewer.who} ${viewer.typist}`, bytes.length));
    if (!heard) this.#stage.guests.unheard(viewer.who, bytes.length);
    if (typed) this.#keyboard.flow();
  }

  #left(viewer: Viewer, clean: boolean): void {
    this.#viewers.delete(viewer);
    this.#keyboard.left(viewer, clean);
    this.#stage.watched();
    this.regard();
  }
}
