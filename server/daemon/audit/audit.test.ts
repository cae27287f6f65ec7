import { appendFileSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { linesOf } from "../../chain/files.ts";
import { parseLine } from "../../chain/line.ts";
import { verifyChain } from "../../chain/verify.ts";
import { AUDIT_FIELD_MAX } from "../../contract/audit.ts";
import { poll } from "../testing/poll.ts";
import { cases, chooser } from "../testing/random.ts";
import { entry, filesIn, linesIn, openTrail, recordsIn, trailDirectory, writeTrail } from "./testing/trail.ts";

describe("a record", () => {
  it("has a time, a number and its place, whatever was handed in", async () => {
    const directory = trailDirectory();
    const audit = await openTrail(directory, { now: () => new Date("2026-03-04T05:06:07.008Z") });
    await audit.record(entry({ token: "t", account: "olaf", object: "o" }));
    await audit.close();
    const { prev, hash, ...rest } = recordsIn(directory)[0]!;
    expect(rest).toEqual({
      ...entry({ token: "t", account: "olaf", object: "o" }),
      seq: 1,
      at: "2026-03-04T05:06:07.008Z",
    });
    expect([prev, hash]).toEqual(["0".repeat(64), expect.stringMatching(/^[0-9a-f]{64}$/)]);
    expect(statSync(filesIn(directory)[0]!).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory)).toEqual(["000000000001-2026-03.jsonl", "head"]);
  });

  it("is one line of printable ASCII, and is read back as it was, for thousands of random strings", async () => {
    const directory = trailDirectory();
    const audit = await openTrail(directory, { waitingMax: 200_000 });
    const { below: int } = chooser(Number(process.env.KNAST_SEED ?? Date.now() % 1e9));
    const odd = [
      "\n",
      "\r",
      "\0",
      "\x1b[2J",
      "\x7f",
      "\x9b",
      "\u2028",
      "\u2029",
      "\u202e",
      "\u2066",
      '"',
      "\\",
      "\ud800",
      "\udfff",
      "😀",
      '"}\n{"',
    ];
    const text = () =>
      Array.from({ length: int(12) }, () =>
        int(3) === 0 ? odd[int(odd.length)]! : String.fromCharCode(int(4) === 0 ? int(65_536) : int(256)),
      ).join("");
    const count = cases(100_000);
    const given = Array.from({ length: count }, text);
    await Promise.all(given.map((who, i) => audit.record(entry({ who, account: given.at(-i - 1)! }))));
    await audit.close();
    let i = 0;
    for (const path of filesIn(directory)) {
      expect(/[^\x20-\x7e\n]/.test(readFileSync(path, "latin1"))).toBe(false);
      for await (const { line } of linesOf(path)) {
        const { who, account, seq } = parseLine(line)!;
        if (who !== given[i] || account !== given.at(-i - 1) || seq !== i + 1)
          expect([i, who]).toEqual([seq, given[i]]);
        i++;
      }
    }
    expect(i).toBe(count);
    expect(await verifyChain(directory)).toMatchObject({ records: count, problem: null });
  }, 120_000);

  it("is cut where it is too long, and its line stays short", async () => {
    const directory = trailDirectory();
    const audit = await openTrail(directory);
    await audit.record(entry({ who: "\u202e".repeat(10_000), what: "x".repeat(AUDIT_FIELD_MAX) }));
    await audit.close();
    const [record] = recordsIn(directory);
    expect(record!.who).toBe(`${"\u202e".repeat(AUDIT_FIELD_MAX - 1)}…`);
    expect(record!.what).toBe("x".repeat(AUDIT_FIELD_MAX));
    expect(linesIn(directory)[0]!.length).toBeLessThan(3000);
  });

  it("is on the disk before anybody is told", async () => {
    const directory = trailDirectory();
    const audit = await openTrail(directory);
    await Promise.all(
      Array.from({ length: 300 }, async (_, i) => {
        await audit.record(entry({ requestId: `r${i}` }));
        expect(linesIn(directory).some((line) => line.includes(`"r${i}"`))).toBe(true);
      }),
    );
    await audit.close();
    expect(await verifyChain(directory)).toMatchObject({ records: 300, problem: null });
  });
});

describe("the files", () => {
  it("are followed by another one when they are full and when a month begins; the chain goes on", async () => {
    const directory = trailDirectory();
    const days = ["2026-01-31T23:59:59Z", "2026-02-01T00:00:00Z", "2026-02-02T00:00:00Z", "2026-03-01T00:00:00Z"];
    for (const day of days) {
      const audit = await openTrail(directory, { now: () => new Date(day) });
      await audit.record(entry());
      await audit.close();
    }
    expect(filesIn(directory).map((path) => path.slice(-26))).toEqual([
      "000000000001-2026-01.jsonl",
      "000000000002-2026-02.jsonl",
      "000000000004-2026-03.jsonl",
    ]);
    expect(await verifyChain(directory)).toMatchObject({ records: 4, problem: null });
    // A clock that was set back hides nothing.
    const audit = await openTrail(directory, { now: () => new Date("2025-12-01T00:00:00Z") });
    await audit.record(entry());
    await audit.close();
    expect(await verifyChain(directory)).toMatchObject({ records: 5, files: 4, problem: null });
  });

  it("lose what a killed process had begun to write, and a record says so", async () => {
    const directory = trailDirectory();
    await writeTrail(directory, 3);
    for (const torn of ['{"seq":4,"at":"2026', "x".repeat(200_000)]) {
      appendFileSync(filesIn(directory)[0]!, torn);
      const audit = await openTrail(directory);
      await audit.close();
      expect(recordsIn(directory).at(-1)).toMatchObject({ what: "audit.torn", count: torn.length, who: "root" });
    }
    expect(await verifyChain(directory)).toMatchObject({ records: 5, problem: null });
  });

  it("are begun where a killed process had only made one", async () => {
    const directory = trailDirectory();
    await writeTrail(directory, 3);
    const month = new Date().toISOString().slice(0, 7);
    writeFileSync(`${directory}/000000000004-${month}.jsonl`, "");
    await writeTrail(directory, 2);
    expect(await verifyChain(directory)).toMatchObject({ records: 5, files: 2, problem: null });
  });
});

describe("a disk that takes nothing", () => {
  it("keeps nobody waiting: records wait, then are counted, and are written later", async () => {
    const at = trailDirectory();
    const directory = `${at}/audit`;
    const audit = await openTrail(directory, { waitingMax: 10 });
    for (let i = 0; i < 25; i++) await audit.record(entry({ requestId: `r${i}` }));
    expect(audit.logged.join("")).toContain("audit not written");
    expect(audit.logged.filter((line) => line.includes("audit not written"))).toHaveLength(1);
    const spare = trailDirectory();
    renameSync(spare, directory);
    // It tries again by itself; nobody has to do something first.
    const deadline = Date.now() + 15_000;
    while (!audit.logged.join("").includes("audit written again")) {
      if (Date.now() > deadline) throw new Error("not written");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await audit.record(entry({ requestId: "after" }));
    await audit.close();
    const records = recordsIn(directory);
    expect(records.slice(0, 10).map(({ requestId }) => requestId)).toEqual(
      Array.from({ length: 10 }, (_, i) => `r${i}`),
    );
    expect(records.slice(10)).toMatchObject([{ what: "audit.lost", count: 15 }, { requestId: "after" }]);
    expect((await verifyChain(directory)).problem).toBeNull();
  }, 30_000);

  it("refuses what must be on record first, and says later neither that it was done nor that a record is lost", async () => {
    const directory = `${trailDirectory()}/audit`;
    const audit = await openTrail(directory, { waitingMax: 4 });
    const first = (requestId: string) =>
      audit.recordFirst(entry({ what: "archive.download", requestId })).then(() => "ok", (error: { code: string }) => error.code); // prettier-ignore
    expect(await Promise.all(["a", "b"].map(first))).toEqual(["disk_full", "disk_full"]);
    for (let i = 0; i < 4; i++) await audit.record(entry({ requestId: `r${i}` }));
    expect(await first("c")).toBe("disk_full");
    expect(audit.logged.join("")).not.toContain("archive.download");
    renameSync(trailDirectory(), directory);
    await audit.record(entry({ what: "audit.try" }));
    await poll("it is written again", () => audit.logged.join("").includes("audit written again"), 15_000);
    expect(await first("d")).toBe("ok");
    expect(recordsIn(directory).at(-1)).toMatchObject({ what: "archive.download", requestId: "d" });
    await audit.close();
    expect(recordsIn(directory).map(({ requestId, what }) => (what === "audit.lost" ? what : requestId))).toEqual([
      "r0",
      "r1",
      "r2",
      "r3",
      "audit.lost",
      "d",
    ]);
  }, 30_000);
});

it("what was refused can't fill the disk: beyond an allowance it is counted; what was done is always written", async () => {
  const directory = trailDirectory();
  const audit = await openTrail(directory, { waitingMax: 100_000 });
  const all = Array.from({ length: 5000 }, () => audit.record(entry({ result: "failed", code: "not_found" })));
  all.push(audit.record(entry({ result: "begun", requestId: "done" })));
  await Promise.all(all);
  await audit.close();
  const records = recordsIn(directory);
  const lost = records.reduce((sum, { count = 0 }) => sum + count, 0);
  const written = records.filter(({ what }) => what === "jail.stop");
  expect(written.length + lost).toBe(5001);
  expect(lost).toBeGreaterThan(2500);
  expect(written.some(({ requestId }) => requestId === "done")).toBe(true);
});
