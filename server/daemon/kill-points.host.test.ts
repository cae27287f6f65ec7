import { afterAll, expect, test } from "vitest";
import { Hosts, killEverywhere, rowName } from "./testing/kill-matrix.ts";
import { KILL_ROWS } from "./testing/kill-rows.ts";

// knastd is killed as by kill -9 before or after the side effect of every step of every job (KNAST_KILL=all: both); the next start has to leave
// the host whole, the base as it was, and the same call must succeed then. A verb's row is in its noun's testing/kill-rows.ts.

const hosts = new Hosts();
let points = 0;
let passed = 0;
afterAll(() => hosts.stop());

test.concurrent.each(KILL_ROWS.map((row) => ({ name: rowName(row), row })))(
  "$name is killed at each step",
  async ({ row }) => {
    const killed = await hosts.use((host) => killEverywhere(host, row));
    points += killed;
    passed++;
  },
  600_000,
);

afterAll(() => {
  console.log(`killed at ${points} points`);
  if (passed === KILL_ROWS.length) expect(points).toBeGreaterThan(100);
});
