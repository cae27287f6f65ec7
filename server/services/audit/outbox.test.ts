import { expect, it } from "vitest";
import type { AuditEntry } from "../../contract/audit.ts";
import { KnastError } from "../../contract/errors.ts";
import { Outbox } from "./outbox.ts";

const entry = (requestId: string): AuditEntry => ({
  who: "anna",
  source: "192.0.2.1",
  what: "grant.set",
  requestId,
  result: "ok",
});

/** A daemon that takes records, or does not. */
function daemon(over: Partial<ConstructorParameters<typeof Outbox>[0]> = {}) {
  const state = { away: null as Error | null, got: [] as AuditEntry[], printed: [] as AuditEntry[], batches: 0 };
  const outbox = new Outbox({
    send: async (entries) => {
      await Promise.resolve();
      if (state.away) throw state.away;
      state.got.push(...entries);
      state.batches++;
    },
    print: (one) => state.printed.push(one),
    againAfter: 20,
    ...over,
  });
  return Object.assign(state, { outbox });
}
async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error("waited in vain");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
const ids = (entries: AuditEntry[]) => entries.map(({ requestId }) => requestId);

it("the daemon has a record before anybody goes on, many of them together", async () => {
  const to = daemon();
  await Promise.all(Array.from({ length: 200 }, (_, i) => to.outbox.add(entry(`r${i}`))));
  expect(ids(to.got)).toEqual(Array.from({ length: 200 }, (_, i) => `r${i}`));
  expect(to.batches).toBeLessThan(10);
  expect(to.printed).toEqual([]);
  expect(to.got[0]).not.toHaveProperty("happenedAt");
});

it("while the daemon is away they are printed, once each, and handed over later with their time", async () => {
  const to = daemon({ max: 5 });
  to.away = new KnastError("unavailable");
  const before = Date.now();
  for (let i = 0; i < 8; i++) await to.outbox.add(entry(`r${i}`));
  expect(to.got).toEqual([]);
  expect(ids(to.printed)).toEqual(["r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7"]);
  to.away = null;
  await until(() => to.got.length === 6);
  expect(ids(to.got.slice(0, 5))).toEqual(["r0", "r1", "r2", "r3", "r4"]);
  for (const one of to.got.slice(0, 5)) expect(Date.parse(one.happenedAt!)).toBeGreaterThanOrEqual(before);
  expect(to.got[5]).toMatchObject({ what: "audit.lost", count: 3, result: "failed" });
  await to.outbox.add(entry("after"));
  expect(to.got.at(-1)).toEqual(entry("after"));
  expect(to.printed).toHaveLength(8);
});

it("one that the daemon will never take does not keep the others", async () => {
  const to = daemon();
  to.away = new KnastError("invalid");
  await to.outbox.add(entry("bad"));
  expect(ids(to.printed)).toEqual(["bad"]);
  to.away = null;
  await to.outbox.add(entry("good"));
  expect(ids(to.got)).toEqual(["good"]);
});

it("a daemon that does not answer keeps nobody for long", async () => {
  const to = daemon({ send: () => new Promise(() => {}), patience: 30 });
  const before = Date.now();
  await to.outbox.add(entry("r"));
  expect(Date.now() - before).toBeLessThan(5000);
});
