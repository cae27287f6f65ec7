import { writeSync } from "node:fs";
import type { State } from "./state.ts";

/** Where a program's words go; a program called by another one writes to the same place. */
export type Io = { out(text: string): void; err(text: string): void };

/** The exit status; what is said goes through `io`. */
export type Program = (call: Call) => number | Promise<number>;

/** `caller`: the process that a server works for. */
export type Call = { state: State; name: string; args: string[]; io: Io; caller?: number };

/** Writes all of it at once, also to a pipe that is full at the moment; a reader that has gone is no error. */
function writeAll(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length;) {
    try {
      done += writeSync(fd, bytes, done);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EPIPE" || code === "EBADF") return;
      if (code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    }
  }
}

export const standardIo: Io = { out: (text) => writeAll(1, text), err: (text) => writeAll(2, text) };

/** What getopt(3) gives. @param spec as for getopt; @returns null after it has said what is wrong, as FreeBSD's does */
export function getopt(call: Call, spec: string): { flags: { flag: string; value: string }[]; rest: string[] } | null {
  const flags: { flag: string; value: string }[] = [];
  const rest = [...call.args];
  while (rest.length && rest[0]!.startsWith("-") && rest[0] !== "-") {
    const word = rest.shift()!;
    if (word === "--") break;
    for (let i = 1; i < word.length; i++) {
      const letter = word[i]!;
      const at = letter === ":" ? -1 : spec.indexOf(letter);
      if (at < 0) {
        call.io.err(`${call.name}: illegal option -- ${letter}\n`);
        return null;
      }
      if (spec[at + 1] !== ":") {
        flags.push({ flag: letter, value: "" });
        continue;
      }
      const value = word.slice(i + 1) || rest.shift();
      if (value === undefined) {
        call.io.err(`${call.name}: option requires an argument -- ${letter}\n`);
        return null;
      }
      flags.push({ flag: letter, value });
      break;
    }
  }
  return { flags, rest };
}
