import { expect, test } from "vitest";
import { signalSessions } from "./take-away.ts";

/** A pkill that ends with these statuses, one after the other; null: it did not end in time. */
function pkill(...statuses: (number | null)[]) {
  const calls: string[] = [];
  const run = async (program: string, args: readonly string[]) => {
    calls.push([program, ...args].join(" "));
    return { status: statuses.shift() ?? null, stdout: "" };
  };
  return { calls, run };
}
const LINE = "pkill -KILL -j 7 -s 10,11";

test("a signal is sent once when pkill ends, whether it found anybody or not", async () => {
  for (const status of [0, 1, 2]) {
    const { calls, run } = pkill(status);
    await signalSessions(run, "KILL", 7, ["10", "11"]);
    expect(calls).toEqual([LINE]);
  }
});

test("a pkill that did not end in time is tried again, three times in all, and then it is said", async () => {
  const later = pkill(null, null, 0);
  await signalSessions(later.run, "KILL", 7, ["10", "11"]);
  expect(later.calls).toEqual([LINE, LINE, LINE]);
  const never = pkill(null, null, null, 0);
  await expect(signalSessions(never.run, "KILL", 7, ["10", "11"])).rejects.toThrow("did not end");
  expect(never.calls).toHaveLength(3);
});
