import type { ServerChannel } from "ssh2";
import type { SshTarget } from "../../contract/ssh.ts";
import { COMMAND_READY, type ShellCommand, type TerminalInfo } from "../../contract/terminal.ts";
import { fromOf } from "../../services/audit/asked-from.ts";
import { headersOfAct } from "../../services/audit/current-act.ts";
import type { Ctx } from "../../services/context.ts";
import { closeTerminal } from "../../services/terminals/close-terminal.ts";
import { findTerminal, shellsByAge } from "../../services/terminals/find-for-ssh.ts";
import { type Start, startTerminal } from "../../services/terminals/open-terminal.ts";
import type { Guest } from "./guest.ts";
import { Line, type LineEnd } from "./line.ts";
import { backWords, endWords, failureWords, WORDS } from "./words.ts";

export type Size = { cols: number; rows: number };

/** Status of what ended otherwise than by the shell's own end. */
const FAILED = 1;
/** Ends modes that a program may have left on, and wipes: before an older screen is drawn (as the knast command does). */
const CLEAR = "\x1b[!p\x1b[2J\x1b[H";
/** How long a client may take to read the last words. */
const LAST_WORDS_MS = 30_000;
const END_OF_INPUT = Buffer.from([4]);
/** In the middle of a line the first one only hands over what there is of it. */
const END_IN_LINE = Buffer.from([4, 4]);
const GO = Buffer.from("\n");

/** One channel of ssh joined with one shell of knastd's: bytes go both ways, each way waits for the slower side. */
export class Shell {
  readonly #channel: ServerChannel;
  readonly #guest: Guest;
  #size: Size;
  #line: Line | null = null;
  #used = true;
  #reading = false;
  /** a command that has not begun: what is typed waits for it */
  #waits = false;
  #plain = false;
  #endCommand: (() => void) | null = null;
  #inLine = false;
  /** the shell itself has ended */
  #done = false;
  #leaving: (() => void)[] = [];
  /** the last word is said */
  #over = false;
  /** nobody is there to speak to */
  #gone = false;

  constructor(channel: ServerChannel, guest: Guest, size: Size) {
    this.#channel = channel;
    this.#guest = guest;
    this.#size = size;
    channel.on("error", () => this.leave());
    channel.stderr.on("error", () => {});
  }

  /** Opens or finds the shell and shows it. What does not work is told; the channel ends then. @returns the account that it runs as */
  async begin(ctx: Ctx, { jail, which }: SshTarget, socketPath: string, start: Start): Promise<string | null> {
    try {
      const fresh = which.kind === "new";
      const shell = fresh
        ? await startTerminal(ctx, { name: jail, last: true, ...this.#size }, start)
        : await findTerminal(ctx, { name: jail, which });
      if (start.command) this.#willRun(ctx, shell, start.command);
      if (shell.note) this.tell(shell.note);
      if (fresh && !start.command) this.tell(backWords(shell));
      if (!this.#over) this.#show(shell, ctx, fresh, socketPath);
      return shell.account;
    } catch (error) {
      const shells = await shellsByAge(ctx, jail).catch(() => []);
      for (const words of failureWords(error, shells)) this.tell(words);
      this.#finish(FAILED);
      return null;
    }
  }

  /** A command ends with the line of who wants it. */
  #willRun(ctx: Ctx, { terminal }: TerminalInfo, { plain }: ShellCommand): void {
    this.#waits = true;
    this.#plain = plain;
    const end = () => void (this.#done || closeTerminal(ctx, { terminal }).catch(() => {}));
    this.onLeave(end);
    this.#endCommand = end;
  }

  /** Ends the command, if it is one. @returns whether it is */
  end(): boolean {
    this.#endCommand?.();
    return this.#endCommand !== null;
  }

  /** @returns the bytes without the mark by which a command says that it waits */
  #letRun(line: Line, bytes: Buffer): Buffer {
    const at = bytes.indexOf(COMMAND_READY);
    if (at < 0) return bytes;
    this.#waits = false;
    line.type(GO);
    this.#take(line);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
  }

  #show({ terminal }: TerminalInfo, ctx: Ctx, fresh: boolean, socketPath: string): void {
    const by = { "knast-actor": ctx.actor.name, ...headersOfAct(fromOf(ctx)) };
    const line = new Line(socketPath, terminal, by, fresh ? 0 : null, {
      write: (printed, drawn) => {
        const bytes = this.#waits ? this.#letRun(line, printed) : printed;
        this.#speak(() => this.#channel.write(bytes, () => this.#guest.whenFlushed(drawn)));
      },
      // Of a plain command all has to come, once.
      clear: () => (this.#plain ? this.#ended(null) : this.#speak(() => this.#channel.write(CLEAR))),
      size: () => this.#size,
      say: (words) => this.tell(`\r\nknast: ${words}`),
      ready: () => this.#waits || this.#take(line),
      ended: (end) => this.#ended(end),
    });
    this.#line = line;
  }

  /** What is typed goes to the shell from now on. */
  #take(line: Line): void {
    if (this.#over || this.#guest.gone) return;
    if (this.#reading) return void this.#channel.resume();
    this.#reading = true;
    this.#channel.on("data", (bytes: Buffer) => {
      this.#used = true;
      this.#inLine = bytes.at(-1) !== 10;
      if (!line.type(bytes)) this.#channel.pause();
    });
    // The end of what is typed is ^D, as a person would end it.
    const end = () => (this.#plain && this.#inLine ? END_IN_LINE : END_OF_INPUT);
    this.#channel.once("end", () => !this.#over && line.type(end()));
  }

  resize(size: Size): void {
    this.#size = size;
    this.#line?.resize();
  }

  type(bytes: Buffer): void {
    if (this.#reading) this.#line?.type(bytes);
  }

  /** Bytes that came in and wait for the shell. */
  get held(): number {
    return this.#channel.readableLength;
  }

  takeUsed(): boolean {
    const used = this.#used;
    this.#used = false;
    return used;
  }

  /** A line of ours, beside the shell's output. */
  tell(words: string): void {
    if (!this.#over) this.#speak(() => this.#channel.stderr.write(`${words}\r\n`));
  }

  /** ssh2 throws at whoever speaks after its connection has ended. */
  #speak(say: () => void): void {
    if (this.#gone || this.#guest.gone) return;
    try {
      say();
    } catch {
      this.#guest.cut();
    }
  }

  #ended(end: LineEnd): void {
    this.#done ||= end !== null;
    if (this.#over) return;
    const words = end ? endWords(end.reason) : WORDS.lost;
    if (words) this.tell(words);
    this.#finish(end?.reason === "exited" ? (end.status ?? FAILED) : FAILED);
  }

  /** Refuses with a word, where there never was a shell. */
  refuse(words: string): void {
    this.tell(words);
    this.#finish(FAILED);
  }

  /** The status follows the last byte; who does not read it is cut off. */
  #finish(status: number): void {
    if (this.#over) return;
    this.#over = true;
    const late = setTimeout(() => this.#guest.cut(), LAST_WORDS_MS);
    this.#guest.onClose(() => clearTimeout(late));
    this.#channel.once("close", () => clearTimeout(late));
    const last = () => {
      this.#channel.exit(status);
      this.#channel.end();
      // Unread input would keep the channel open.
      this.#channel.resume();
    };
    this.#speak(() => this.#channel.write("", () => this.#speak(last)));
  }

  /** The person has gone, the shell goes on. */
  leave(): void {
    this.#over = this.#gone = true;
    this.#line?.close();
    for (const left of this.#leaving.splice(0)) left();
  }

  /** Nobody is there any more. */
  get gone(): boolean {
    return this.#gone;
  }

  /** Calls back when the person leaves, at once if he has. */
  onLeave(left: () => void): void {
    if (this.#gone) left();
    else this.#leaving.push(left);
  }

  /** He may not be here any more: not a byte more goes either way. */
  cut(): void {
    this.tell(WORDS.ended);
    this.#over = this.#gone = true;
    this.#line?.cut();
    for (const left of this.#leaving.splice(0)) left();
  }
}
