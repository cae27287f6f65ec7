import type { RecordingEnd } from "../../contract/recording.ts";
import type { EndedTerminal } from "../../contract/terminal.ts";
import type { Courtesy } from "./courtesy.ts";
import type { Waits } from "./keyboard.ts";
import type { Span } from "./life-span.ts";
import type { Session } from "./session.ts";

/** What a shell is made of. */
export type SessionOptions = {
  id: string;
  /** `id`: its $knast_id, for what outlives the shell; null where it has none */
  jail: { name: string; jid: number; id?: string | null };
  actor: string;
  shell: string;
  account: string;
  note: string | null;
  argv: readonly string[];
  env: Readonly<Record<string, string>>;
  cols: number;
  rows: number;
  /** when it is ended by itself */
  span: Span;
  /** milliseconds for which who types may hold the output, and that of a shell whose process is over */
  waits: Waits & { drainFor: number };
  /** one for all shells */
  courtesy: Courtesy;
  /** called once: the shell is over */
  ended: (session: Session, end: EndedTerminal) => void;
};

/** What writes down what a shell prints; none of it waits or throws. */
export type Recorder = {
  name: string;
  since: string;
  /** null while it goes on */
  readonly ended: RecordingEnd | null;
  /** called once, when it has ended by itself or by stop() */
  onEnd: () => void;
  /** the bytes are the caller's again when it returns */
  printed(bytes: Buffer): void;
  resized(cols: number, rows: number): void;
  stop(reason: RecordingEnd): Promise<void>;
};
