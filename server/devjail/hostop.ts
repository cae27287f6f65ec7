import { spawnSync } from "node:child_process";
import { constants } from "node:os";
import { emptyEnv } from "./env.ts";
import type { State } from "./state.ts";

/** A system call failed: `code` like EBUSY, `reason` in the words of FreeBSD's strerror(3). */
export class HostOpError extends Error {
  readonly code: string;
  readonly reason: string;
  constructor(errno: number, text: string) {
    super(text);
    this.name = "HostOpError";
    this.code = Object.entries(constants.errno).find(([, number]) => number === errno)?.[0] ?? String(errno);
    this.reason = REASONS[this.code] ?? text.slice(text.lastIndexOf(": ") + 2);
  }
}

/** Where FreeBSD's words for an error are not Linux's. */
const REASONS: Record<string, string> = {
  EBUSY: "Device busy",
  EDEADLK: "Resource deadlock avoided",
  EADDRNOTAVAIL: "Can't assign requested address",
};

/** Runs one job of native/hostop.c on the host. @throws HostOpError */
export function hostop(state: State, job: string, args: string[]): void {
  const done = spawnSync(state.program("hostop"), [job, ...args], { encoding: "utf8", env: emptyEnv });
  if (done.status === 0) return;
  const [, errno, text] = /^([0-9]+) (.*)/.exec(done.stderr ?? "") ?? [];
  throw new HostOpError(Number(errno ?? 0), text ?? `${job} failed: ${done.error?.message ?? done.stderr}`);
}
