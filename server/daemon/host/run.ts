import { spawn } from "node:child_process";
import { dirname } from "node:path";
import type { Readable } from "node:stream";
import { KnastError } from "../../contract/errors.ts";
import type { Hurry } from "../env/options.ts";
import { LineSplitter } from "./lines.ts";
import { findProgram } from "./programs.ts";
import { Streams } from "./streams.ts";
import { withUsualUmask } from "./usual-umask.ts";

export type RunResult = {
  /** exit status, null when a signal ended it */
  status: number | null;
  signal: NodeJS.Signals | null;
  /** what it printed, cut at `cap` */
  stdout: string;
  stderr: string;
  timedOut: boolean;
};

export type RunOptions = {
  /** milliseconds until its process group gets SIGTERM, and SIGKILL 3 s later; default 60 s */
  deadline?: number;
  /** gets each line that it prints while it runs; control characters are still in it */
  log?: (line: string) => void;
  signal?: AbortSignal;
  /** text for its standard input, which is /dev/null otherwise */
  stdin?: string;
  /** bytes kept of each stream; what is beyond is read and thrown away, so that it never stalls or dies of it. Default 1 MiB */
  cap?: number;
  /** gets all that it prints, piece by piece, in place of `stdout`; what it throws ends the program and is thrown by the run */
  take?: (chunk: Buffer) => Promise<void> | void;
  /** is fed to its standard input, as fast as it reads; what it throws ends the program and is thrown by the run */
  feed?: AsyncIterable<Buffer>;
  /** called with its pid, which is its process group too */
  spawned?: (pid: number) => void;
};

export type Run = (program: string, args: readonly string[], options?: RunOptions) => Promise<RunResult>;

const DEADLINE = 60_000;
const KILL_AFTER = 3000;
const GIVE_UP_AFTER = 5000;
const QUIET = 60;

/**
 * @param directories where programs are looked for
 * @param hurry programs of this directory get a shorter deadline, for tests
 * @returns the one function by which root starts programs: no shell, a literal environment, working directory /, its own
 *   process group; ends with the program's exit even if something that it started keeps its output open.
 *   It throws KnastError tool_missing, internal (a NUL in an argument); a status other than 0 is not an error here.
 */
export function createRunner(directories: readonly string[], hurry: Hurry | null = null): Run {
  const env = { PATH: directories.join(":"), LANG: "C.UTF-8" };
  return async (program, args, options = {}) => {
    const path = await findProgram(directories, program);
    if (args.some((arg) => arg.includes("\0"))) throw new KnastError("internal", { cause: "NUL in an argument" });
    if (options.signal?.aborted) throw new KnastError("cancelled");
    const most = hurry && dirname(path) === hurry.directory ? hurry.milliseconds : Infinity;
    const deadline = Math.min(options.deadline ?? DEADLINE, most);
    return execute(path, args, env, { ...options, deadline });
  };
}

type Timed = RunOptions & { deadline: number };

function execute(path: string, args: readonly string[], env: Record<string, string>, options: Timed) {
  return new Promise<RunResult>((resolve, reject) => {
    const child = withUsualUmask(() =>
      spawn(path, args, {
        env: env as NodeJS.ProcessEnv,
        cwd: "/",
        detached: true,
        stdio: [options.stdin === undefined && !options.feed ? "ignore" : "pipe", "pipe", "pipe"],
      }),
    );
    let timedOut = false;
    const timers = new Set<NodeJS.Timeout>();
    const after = (ms: number, then: () => void) => timers.add(setTimeout(then, ms));
    const kill = (signal: NodeJS.Signals) => {
      try {
        if (child.pid) process.kill(-child.pid, signal);
      } catch {
        // the group is gone already
      }
    };
    const giveUp = () => {
      timedOut = true;
      kill("SIGTERM");
      after(KILL_AFTER, () => kill("SIGKILL"));
      after(KILL_AFTER + GIVE_UP_AFTER, () => void finish(null, "SIGKILL"));
    };
    const stream = new Streams(child, options, () => giveUp());
    const out = options.take ? null : new Capture(child.stdout!, options);
    const err = new Capture(child.stderr!, options);
    const cleanUp = () => {
      for (const timer of timers) clearTimeout(timer);
      options.signal?.removeEventListener("abort", giveUp);
    };
    let finished = false;
    const finish = async (status: number | null, signal: NodeJS.Signals | null) => {
      if (finished) return;
      finished = true;
      cleanUp();
      await Promise.all([out?.drained(), err.drained(), stream.drained()]);
      if (stream.failed !== null) return reject(stream.failed);
      resolve({ status, signal, stdout: out?.text() ?? "", stderr: err.text(), timedOut });
    };
    child.once("error", (cause) => {
      if (child.pid !== undefined) return;
      cleanUp();
      finished = true;
      reject(new KnastError("tool_missing", { cause }));
    });
    child.once("exit", (status, signal) => void finish(status, signal));
    if (child.pid === undefined) return;
    options.spawned?.(child.pid);
    after(options.deadline, giveUp);
    options.signal?.addEventListener("abort", giveUp, { once: true });
    if (options.feed) return;
    child.stdin?.on("error", () => {});
    child.stdin?.end(options.stdin);
  });
}

/** Keeps the head of a stream and goes on reading after the program's end, as a daemon that it left may write there still. */
class Capture {
  readonly #stream: Readable;
  readonly #chunks: Buffer[] = [];
  readonly #cap: number;
  readonly #lines: LineSplitter | null;
  #bytes = 0;
  #ended = false;
  #last = Date.now();

  constructor(stream: Readable, options: RunOptions) {
    this.#stream = stream;
    this.#cap = options.cap ?? 1024 * 1024;
    this.#lines = options.log ? new LineSplitter(options.log) : null;
    stream.on("data", (chunk: Buffer) => this.#take(chunk));
    stream.on("error", () => (this.#ended = true));
    stream.on("end", () => (this.#ended = true));
  }

  #take(chunk: Buffer): void {
    this.#last = Date.now();
    this.#lines?.push(chunk);
    const room = this.#cap - this.#bytes;
    if (room <= 0) return;
    this.#chunks.push(room < chunk.length ? chunk.subarray(0, room) : chunk);
    this.#bytes += Math.min(room, chunk.length);
  }

  /** Resolves when the stream has ended or when, after the exit, nothing more came for a moment. */
  async drained(): Promise<void> {
    const began = Date.now();
    while (!this.#ended && Date.now() - Math.max(this.#last, began) < QUIET && Date.now() - began < 1000)
      await new Promise((resolve) => setTimeout(resolve, 5));
    this.#lines?.flush();
    if (this.#ended) return;
    // Closing our end would kill such a daemon by SIGPIPE: throw away what it says, without keeping knastd alive for it.
    this.#stream.removeAllListeners("data");
    this.#stream.resume();
    (this.#stream as Readable & { unref?: () => void }).unref?.();
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString("utf8");
  }
}
