/** A command that ran for less is none that one walks away from. */
export const LONG = 10_000;
/** So long nothing may follow what looks like a prompt. */
export const QUIET = 1000;

/** What a prompt ends with in the usual shells; with its space, as "45%" ends no command. */
const PROMPT_END = /[#$%>❯›»] $/u;
/** A prompt with what was typed at it. */
const PROMPT = /^.*?[#$%>❯›»](?: |$)/u;

/** @param lastLine what a shell printed last, without spaces at its ends. @returns whether that looks like anything but a prompt */
export const looksBusy = (lastLine: string): boolean => lastLine !== "" && !PROMPT.test(lastLine);

/**
 * Tells when a command is over that ran for ten seconds or more. A shell that marks its prompts (OSC 133) says so itself. For
 * every other one: the line of the cursor is again what it was before the command was typed, or ends as prompts do, and
 * nothing follows for a second. Silence alone says nothing: `sleep 60` prints nothing either.
 */
export class LongCommand {
  readonly #done: (seconds: number) => void;
  #began: number | null = null;
  #typedAt = "";
  #lastOutput = 0;
  #marks = false;
  /** it has seen a command begin; before that, as after a reload, only the line tells something */
  #knows = false;

  /** @param done called once for a command, with how long it ran */
  constructor(done: (seconds: number) => void) {
    this.#done = done;
  }

  /** Enter was typed. @param line the cursor's line up to the cursor; null in a full-screen program */
  entered(line: string | null, now: number): void {
    if (line === null || this.#marks) return;
    // What is typed while a command runs is for the command.
    if (this.#began !== null && !this.#isPrompt(line)) return;
    this.#knows = true;
    this.#began = now;
    this.#lastOutput = now;
    this.#typedAt = line;
  }

  /** Something was printed. */
  printed(now: number): void {
    this.#lastOutput = now;
  }

  /** The shell has said it itself: `C` a command begins, `D` it is over; A and B are about the prompt. */
  marked(mark: string, now: number): void {
    if (mark === "C") {
      this.#marks = this.#knows = true;
      this.#began = now;
    } else if (mark === "D" && this.#marks) this.#end(now);
  }

  /** To be called some time after something was printed. @param line as for `entered`, of the moment. @returns whether to look again soon */
  look(line: string | null, now: number): boolean {
    if (this.#marks || this.#began === null) return false;
    if (now - this.#lastOutput < QUIET) return true;
    if (line !== null && this.#lastOutput !== this.#began && this.#isPrompt(line)) this.#end(this.#lastOutput);
    return false;
  }

  /** @param line as for `entered`, of the moment; undefined while the screen is blank. @returns whether a command seems to run */
  runs(line: string | null | undefined): boolean {
    if (line === null) return true;
    if (!this.#knows) return line !== undefined && !PROMPT.test(line);
    if (this.#began === null || this.#marks) return this.#began !== null;
    const [now, prompt] = [line ?? "", PROMPT.exec(this.#typedAt)?.[0]];
    return !this.#isPrompt(now) && !(prompt && now.startsWith(prompt));
  }

  #isPrompt(line: string): boolean {
    if (line.trim() === "") return false;
    return PROMPT_END.test(line) || (this.#typedAt.startsWith(line) && line.length >= 2);
  }

  #end(now: number): void {
    if (this.#began === null) return;
    const ran = now - this.#began;
    this.#began = null;
    if (ran >= LONG) this.#done(Math.round(ran / 1000));
  }
}
