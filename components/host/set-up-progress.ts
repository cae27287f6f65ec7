import type { HostInfo } from "@/server/contract/jail.ts";
import type { SetUpStep } from "./set-up-steps.tsx";

/** @returns the step that was asked for, else the first that is missing; and which are done */
export function setUpProgress(
  host: Pick<HostInfo, "base" | "pools" | "jails">,
  asked: string | undefined,
): { now: SetUpStep; done: Set<string> } {
  const ready: [SetUpStep, boolean][] = [
    ["base", host.base !== null],
    ["addresses", host.pools.length > 0],
    ["jail", host.jails > 0],
  ];
  const now = ready.find(([step]) => step === asked) ?? ready.find(([, done]) => !done) ?? ready[2]!;
  return { now: now[0], done: new Set(["admin", ...ready.filter(([, done]) => done).map(([step]) => step)]) };
}
