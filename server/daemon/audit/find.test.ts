import { expect, it } from "vitest";
import { findRecords } from "../../chain/find.ts";
import { lookBack } from "../../chain/look-back.ts";
import type { AuditRecord } from "../../contract/audit.ts";
import { edit, entry, filesIn, openTrail, recordsIn, trailDirectory } from "./testing/trail.ts";

const COUNT = 3000;
const jails = ["mail", "web", undefined];
const people = ["anna", "olaf"];

/** Records of three jails by two people, a minute apart, over several files. */
async function bigTrail(fileMax: number): Promise<string> {
  const directory = trailDirectory();
  let minute = 0;
  const now = () => new Date(Date.UTC(2026, 0, 30) + minute++ * 60_000);
  const audit = await openTrail(directory, { fileMax, now, waitingMax: COUNT });
  await Promise.all(
    Array.from({ length: COUNT }, (_, i) => {
      const jail = jails[i % 3];
      const what = i % 2 === 0 ? "jail.stop" : "terminal.open";
      const { jail: _jail, ...rest } = entry({
        who: people[i % 2]!,
        what,
        requestId: `r${i}`,
        result: i % 5 ? "ok" : "failed",
      });
      return audit.record({ ...rest, ...(jail === undefined ? {} : { jail, jailId: String(i % 3).repeat(32) }) });
    }),
  );
  await audit.close();
  return directory;
}

/** All pages, one after the other. */
async function everything(directory: string, filter: Parameters<typeof findRecords>[1]): Promise<AuditRecord[]> {
  const found: AuditRecord[] = [];
  for (let before: number | null | undefined; before !== null;) {
    const page = await findRecords(directory, { ...filter, ...(before === undefined ? {} : { before }) });
    expect(page.records.length).toBeLessThanOrEqual(filter.limit);
    found.push(...page.records);
    if (page.next !== null && before !== undefined) expect(page.next).toBeLessThan(before);
    before = page.next;
  }
  return found;
}

it("pages are of one piece, the newest first, whatever their size and the files' are", async () => {
  for (const fileMax of [20_000, 10_000_000]) {
    const directory = await bigTrail(fileMax);
    expect(filesIn(directory).length > 10).toBe(fileMax === 20_000);
    const all = recordsIn(directory).reverse();
    for (const limit of [7, 200]) expect(await everything(directory, { limit })).toEqual(all);
    for (const before of [1, 2, 3, 1499, 2999, 3000, 3001, 9999])
      expect((await findRecords(directory, { limit: 1, before })).records).toEqual(
        all.filter(({ seq }) => seq < before).slice(0, 1),
      );
  }
}, 60_000);

it("a filter finds what it asks for and nothing else", async () => {
  const directory = await bigTrail(100_000);
  const all = recordsIn(directory).reverse();
  const cases: [object, (record: AuditRecord) => boolean][] = [
    [{ jail: "mail" }, ({ jail }) => jail === "mail"],
    [{ jailId: "1".repeat(32) }, ({ jailId }) => jailId === "1".repeat(32)],
    [{ jail: "mail", jailId: "1".repeat(32) }, () => false],
    [{ who: "olaf", result: "failed" }, ({ who, result }) => who === "olaf" && result === "failed"],
    [{ what: "terminal." }, ({ what }) => what.startsWith("terminal.")],
    [{ what: "erminal" }, () => false],
    [{ who: 'anna","jail":"mail' }, () => false],
    [{ from: "2026-01-31T00:00:00Z" }, ({ at }) => at >= "2026-01-31"],
    [{ to: "2026-01-31T00:00:00Z" }, ({ at }) => at < "2026-01-31"],
    [
      { from: "2026-01-31T00:10:00Z", to: "2026-01-31T00:20:00Z" },
      ({ at }) => at >= "2026-01-31T00:10" && at < "2026-01-31T00:20",
    ],
  ];
  for (const [filter, wanted] of cases)
    expect(await everything(directory, { limit: 100, ...filter }), JSON.stringify(filter)).toEqual(all.filter(wanted));
}, 60_000);

it("reads no more than its budget at once, and goes on where it was", async () => {
  const directory = await bigTrail(10_000_000);
  const none = { limit: 10, wanted: () => false, maybe: () => false };
  let [before, calls]: [number | null | undefined, number] = [undefined, 0];
  while (before !== null) {
    before = (await lookBack(directory, { ...none, before }, 100_000)).next;
    calls++;
  }
  expect(calls).toBeGreaterThan(5);
  expect(calls).toBeLessThan(60);
});

it("passes over what is no record", async () => {
  const directory = await bigTrail(10_000_000);
  edit(filesIn(directory)[0]!, (lines) => lines.toSpliced(2500, 1, "\x1b[2J".repeat(10_000), "{"));
  expect(await everything(directory, { limit: 200 })).toHaveLength(COUNT - 1);
});
