import type { RecordingEnd } from "../../contract/recording.ts";
import type { Company } from "../../contract/together.ts";
import type { Audience } from "./audience.ts";
import type { Recorder } from "./session-options.ts";

/** The recording of a shell, if there is one: at most one at a time, and how the last one ended. */
export class Tape {
  readonly #audience: () => Pick<Audience, "regard" | "screen">;
  #recorder: Recorder | null = null;

  constructor(audience: () => Pick<Audience, "regard" | "screen">) {
    this.#audience = audience;
  }

  get state(): Company["recording"] {
    return this.#recorder && { since: this.#recorder.since, ended: this.#recorder.ended };
  }

  get isOn(): boolean {
    return this.#recorder?.ended === null;
  }

  get name(): string | null {
    return this.#recorder?.name ?? null;
  }

  begin(recorder: Recorder): void {
    this.#recorder = recorder;
    recorder.onEnd = () => this.#audience().regard();
    const screen = this.#audience().screen();
    if (screen.length > 0) recorder.printed(screen);
    this.#audience().regard();
  }

  printed(bytes: Buffer): void {
    this.#recorder?.printed(bytes);
  }

  resized(cols: number, rows: number): void {
    this.#recorder?.resized(cols, rows);
  }

  /** What was printed is on the disk when it has ended; also when it had ended before. */
  async stop(reason: RecordingEnd): Promise<void> {
    await this.#recorder?.stop(reason);
  }
}
