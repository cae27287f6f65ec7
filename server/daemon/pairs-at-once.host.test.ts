import { afterAll, beforeAll, expect, test } from "vitest";
import type { JobVerb, VerbInput } from "../contract/daemon.ts";
import { Failure } from "../contract/errors.ts";
import { TestHost } from "./testing/dev-host.ts";
import { at, type KillRow, rowName, wholeAgain } from "./testing/kill-matrix.ts";
import { KILL_ROWS } from "./testing/kill-rows.ts";

// Every job beside another one at the same moment: each is done, refused or fails cleanly, and the host is whole after both.

let host: TestHost;
beforeAll(async () => {
  host = await TestHost.start();
});
afterAll(() => host?.stop());

async function call(row: KillRow, input: VerbInput<JobVerb>): Promise<void> {
  const { status, body } = await host.client.raw(row.verb, input);
  if (status !== 202) return void Failure.parse(body);
  const last = (await host.client.follow((body as { job: string }).job)).at(-1);
  expect(["done", "failed"]).toContain(last?.kind);
}

const all = KILL_ROWS.map((row, i) => [row, KILL_ROWS[(i + 5) % KILL_ROWS.length]!] as const);
/** In every run each job is in a pair; KNAST_KILL=all: in two of them. */
const pairs = process.env.KNAST_KILL === "all" ? all : all.filter((_, i) => Math.floor(i / 5) % 2 === 0);

test("each job has another one beside it", () => {
  expect(new Set(pairs.flat())).toEqual(new Set(KILL_ROWS));
});

test("two different jobs at once", async () => {
  for (const [one, other] of pairs)
    await at(`${rowName(one)} beside ${rowName(other)}`, async () => {
      await other.arrange(host);
      const his = await other.input(host);
      await one.arrange(host);
      const mine = await one.input(host);
      await Promise.all([call(one, mine), call(other, his)]);
      await wholeAgain(host);
    });
}, 300_000);
