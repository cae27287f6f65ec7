import { spawn } from "node:child_process";
import { basename, dirname } from "node:path";
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
  /** gets the first 10,000 lines of each stream while it runs; control characters are still in it */
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
/** A jail can print millions of empty lines a second: to cut them all would keep everybody's shells waiting. */
const MOST_LINES = 10_000;

/**
 * @param directories where programs are looked for
 * @param hurry programs of this directory get a shorter deadline, for tests
 * @returns the one function by which root starts programs: no shell, a literal environment, working directory /, its own
 *   process group; ends with the program's exit even if something that it started keeps its output open.
 *   It throws KnastError tool_missing, internal (a NUL in an argument, no process to be had); a status other than 0 is not an error here.
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
    child.on("error", (cause: NodeJS.ErrnoException) => {
      if (child.pid !== undefined) return;
      reject(
        new KnastError(cause.code === "ENOENT" || cause.code === "EACCES" ? "tool_missing" : "internal", { cause }),
      );
    });
    // Without descriptors it may have no streams either.
    if (child.pid === undefined) return;
    let timedOut = false;
    let exited = false;
    const killers: NodeJS.Timeout[] = [];
    const kill = (signal: NodeJS.Signals) => {
      try {
        if (child.pid) process.kill(-child.pid, signal);
      } catch {
        // the group is gone already
      }
    };
    const giveUp = () => {
      timedOut = true;
      // Its number may be another's by now; what it has left only loses us.
      if (exited) return stream.leave();
      kill("SIGTERM");
      killers.push(setTimeout(() => kill("SIGKILL"), KILL_AFTER));
      killers.push(setTimeout(() => void finish(null, "SIGKILL"), KILL_AFTER + GIVE_UP_AFTER));
    };
    const stream = new Streams(child, options, () => giveUp());
    const out = options.take ? null : new Capture(child.stdout!, options);
    const err = new Capture(child.stderr!, options);
    const deadline = setTimeout(giveUp, options.deadline);
    const cleanUp = () => {
      clearTimeout(deadline);
      options.signal?.removeEventListener("abort", giveUp);
    };
    // What a jail's root leaves to hold our end open would cost a descriptor each time: of that nobody takes care.
    const keep = basename(path) !== "jexec";
    let finished = false;
    const finish = async (status: number | null, signal: NodeJS.Signals | null) => {
      if (finished) return;
      finished = exited = true;
      for (const timer of killers) clearTimeout(timer);
      await Promise.all([out?.drained(keep), err.drained(keep), stream.drained()]);
      cleanUp();
      if (stream.failed !== null) return reject(stream.failed);
      resolve({ status, signal, stdout: out?.text() ?? "", stderr: err.text(), timedOut });
    };
    child.once("exit", (status, signal) => void finish(status, signal));
    options.spawned?.(child.pid);
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
  #told = 0;
  #ended = false;
  #last = Date.now();

  constructor(stream: Readable, options: RunOptions) {
    this.#stream = stream;
    this.#cap = options.cap ?? 1024 * 1024;
    const { log } = options;
    this.#lines = log ? new LineSplitter((line) => this.#told++ < MOST_LINES && log(line)) : null;
    stream.on("data", (chunk: Buffer) => this.#take(chunk));
    stream.on("error", () => (this.#ended = true));
    stream.on("end", () => (this.#ended = true));
  }

  #take(chunk: Buffer): void {
    this.#last = Date.now();
    if (this.#told < MOST_LINES) this.#lines?.push(chunk);
    const room = this.#cap - this.#bytes;
    if (room <= 0) return;
    this.#chunks.push(room < chunk.length ? chunk.subarray(0, room) : chunk);
    this.#bytes += Math.min(room, chunk.length);
  }

  /**
   * Resolves when the stream has ended or when, after the exit, nothing more came for a moment.
   * @param keep what still holds its other end may write there on
   */
  async drained(keep: boolean): Promise<void> {
    const began = Date.now();
    while (!this.#ended && Date.now() - Math.max(this.#last, began) < QUIET && Date.now() - began < 1000)
      await new Promise((resolve) => setTimeout(resolve, 5));
    this.#lines?.flush();
    if (this.#ended) return;
    if (!keep) return void this.#stream.destroy();
    // Closing our end would kill such a daemon by SIGPIPE: throw away what it says, without keeping knastd alive for it.
    this.#stream.removeAllListeners("data");
    this.#stream.resume();
    (this.#stream as Readable & { unref?: () => void }).unref?.();
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString("utf8");
  }
}
