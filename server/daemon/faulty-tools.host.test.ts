import { readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { TestHost } from "./testing/dev-host.ts";
import { callWithFault, LOOKS, lookWithFault } from "./testing/fault-matrix.ts";
import { type Fault, FAULTS, FaultyTools } from "./testing/faulty-tools.ts";
import { rowName } from "./testing/kill-matrix.ts";
import { KILL_ROWS } from "./testing/kill-rows.ts";

// Every program of the host goes wrong, under the verbs that start it; which those are is found out by running them. In each run a
// program goes wrong in one way, and the next one in the next; KNAST_KILL=all: in every way.
const ALL = process.env.KNAST_KILL === "all";

const hosts: TestHost[] = [];
/** those that have done their scouting */
const free: Awaited<ReturnType<typeof faultyHost>>[] = [];
afterAll(() => Promise.all(hosts.map((host) => host.stop())));

async function faultyHost(): Promise<{ host: TestHost; tools: FaultyTools }> {
  const host = await TestHost.start();
  hosts.push(host);
  const tools = new FaultyTools(host);
  await host.knastd.stop();
  await host.startKnastd(tools.options);
  return { host, tools };
}

/** Hosts on which the rows are tried side by side. */
const SCOUTS = 3;

/** program → the rows whose call starts it, in the rows' order */
async function findUses(): Promise<Map<string, (typeof KILL_ROWS)[number][]>> {
  const usedBy = new Map<(typeof KILL_ROWS)[number], readonly string[]>();
  const scout = async (_: unknown, mine: number) => {
    const { host, tools } = await faultyHost();
    for (const row of KILL_ROWS.filter((__, r) => r % SCOUTS === mine)) {
      await row.arrange(host);
      const input = await row.input(host);
      const used = await tools.usedBy(async () => {
        const { job } = (await host.client.call(row.verb, input)) as { job: string };
        await host.client.follow(job);
      });
      usedBy.set(row, [...used]);
    }
    free.push({ host, tools });
  };
  await Promise.all(Array.from({ length: SCOUTS }, scout));
  const uses = new Map<string, (typeof KILL_ROWS)[number][]>();
  for (const row of KILL_ROWS)
    for (const program of usedBy.get(row) ?? []) uses.set(program, [...(uses.get(program) ?? []), row]);
  return uses;
}

let uses: ReturnType<typeof findUses> | undefined;
const kinds = Object.keys(FAULTS) as Fault[];

test.concurrent.each(kinds.map((fault, i) => ({ fault, i })))(
  "a program $fault",
  async ({ fault, i }) => {
    uses ??= findUses();
    const found = await uses;
    const { host, tools } = free.pop() ?? (await faultyHost());
    await KILL_ROWS.find((row) => row.verb === "jail.stop")!.arrange(host);
    for (const [n, program] of ["jls", "ps", "mount", "jail", "ifconfig", "sysrc"].entries())
      await lookWithFault(host, tools, LOOKS[(n + i) % LOOKS.length]!, program, fault);
    for (const [n, [program, rows]] of [...found].entries()) {
      if (!ALL && n % kinds.length !== i) continue;
      // The rows of a program take turns: one for each way to fail.
      const row = rows[(i + n) % rows.length]!;
      await callWithFault(host, tools, row, program, fault);
    }
    const status = readFileSync(`/proc/${host.knastd.process.pid}/status`, "utf8");
    expect(Number(/^VmHWM:\s+([0-9]+) kB$/m.exec(status)![1])).toBeLessThan(400 * 1024);
  },
  600_000,
);

test("the verbs' programs were found", async () => {
  const found = await (uses ??= findUses());
  expect([...found.keys()]).toEqual(expect.arrayContaining(["jail", "jls", "mount", "cp", "rm", "sysrc", "pwd_mkdb"]));
  expect(new Set([...found.values()].flat().map(rowName)).size).toBeGreaterThan(20);
});
