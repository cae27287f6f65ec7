import { createHash } from "node:crypto";
import { readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { parseLine, seal } from "../../chain/line.ts";
import { verifyChain } from "../../chain/verify.ts";
import { edit, entry, filesIn, linesIn, openTrail, recordsIn, trailDirectory, writeTrail } from "./testing/trail.ts";

let directory: string;
/** Three files of a few records each. */
beforeEach(async () => {
  directory = trailDirectory();
  await writeTrail(directory, 30, 4096);
  expect(filesIn(directory).length).toBeGreaterThan(2);
});

const verdict = () => verifyChain(directory);
/** A record with other words and a hash that fits them, as somebody makes it who knows how. */
const forged = (line: string): string => {
  const { hash: _, ...record } = parseLine(line)!;
  return seal({ ...record, who: "mallory" }).line;
};
const last = () => filesIn(directory).at(-1)!;

describe("the chain", () => {
  it("is whole as it was written, over all its files", async () => {
    expect(await verdict()).toEqual({ records: 30, files: filesIn(directory).length, problem: null });
    expect(recordsIn(directory).map(({ seq }) => seq)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
  });

  it("can be checked by hand: each hash is SHA-256 over the line before it", () => {
    let prev = "0".repeat(64);
    for (const line of linesIn(directory)) {
      const at = line.lastIndexOf(',"hash":"');
      const record = parseLine(line)!;
      expect(createHash("sha256").update(line.slice(0, at)).digest("hex")).toBe(record.hash);
      expect(record.prev).toBe(prev);
      prev = record.hash;
    }
  });

  it("is whole when it is empty", async () => {
    expect(await verifyChain(trailDirectory())).toEqual({ records: 0, files: 0, problem: null });
  });

  it("says which record was edited", async () => {
    edit(filesIn(directory)[1]!, (lines) => lines.with(1, lines[1]!.replace('"anna"', '"olaf"')));
    const seq = parseLine(readFileSync(filesIn(directory)[1]!, "utf8").split("\n")[1]!)!.seq;
    expect(await verdict()).toMatchObject({ records: seq - 1, problem: { seq, why: "edited" } });
  });

  it("sees a blank, a byte that is no ASCII and a line too much", async () => {
    for (const change of [(line: string) => line.replace(":", ": "), (line: string) => line.replace("anna", "änna")]) {
      const before = readFileSync(last(), "utf8");
      edit(last(), (lines) => [change(lines[0]!), ...lines.slice(1)]);
      expect((await verdict()).problem?.why).toBe("edited");
      writeFileSync(last(), before);
    }
    edit(last(), (lines) => [...lines.slice(0, 1), "{}", ...lines.slice(1)]);
    expect((await verdict()).problem?.why).toBe("edited");
  });

  it("says which record was exchanged for one with a hash that fits", async () => {
    const [path] = filesIn(directory);
    edit(path!, (lines) => lines.with(2, forged(lines[2]!)));
    expect((await verdict()).problem).toMatchObject({ seq: 3, why: "edited" });
  });

  it("and also when it is the last one, by the head", async () => {
    edit(last(), (lines) => lines.with(-1, forged(lines.at(-1)!)));
    expect((await verdict()).problem).toMatchObject({ seq: 30, why: "edited" });
  });

  it("says what was removed: a record, a file, the beginning", async () => {
    const [first, second] = filesIn(directory);
    edit(first!, (lines) => lines.toSpliced(3, 2));
    expect((await verdict()).problem).toMatchObject({ seq: 4, why: "removed", says: "Records 4 to 5 were removed." });
    rmSync(second!);
    rmSync(first!);
    expect((await verdict()).problem).toMatchObject({ seq: 1, why: "removed" });
  });

  it("says what was cut off at the end: a record, a piece of one, a file, all", async () => {
    edit(last(), (lines) => lines.slice(0, -1));
    expect((await verdict()).problem).toMatchObject({ seq: 30, why: "cut" });
    truncateSync(last(), statSync(last()).size - 10);
    expect((await verdict()).problem).toMatchObject({ seq: 29, why: "cut" });
    const { length } = filesIn(directory);
    rmSync(last());
    expect(filesIn(directory)).toHaveLength(length - 1);
    expect((await verdict()).problem?.why).toBe("cut");
    for (const path of filesIn(directory)) rmSync(path);
    expect((await verdict()).problem).toMatchObject({ seq: 1, why: "cut" });
  });

  it("says that two records have changed places, also over two files", async () => {
    const [first, second] = filesIn(directory);
    edit(first!, (lines) => [lines[0]!, lines[2]!, lines[1]!, ...lines.slice(3)]);
    expect((await verdict()).problem).toMatchObject({ seq: 2, why: "reordered" });
    edit(first!, (lines) => [lines[0]!, lines[2]!, lines[1]!, ...lines.slice(3)]);
    expect((await verdict()).problem).toBeNull();
    const [a, b] = [readFileSync(first!), readFileSync(second!)];
    writeFileSync(first!, b);
    writeFileSync(second!, a);
    expect((await verdict()).problem).toMatchObject({ seq: 1, why: "reordered" });
  });

  it("says that the same record stands there twice", async () => {
    edit(filesIn(directory)[0]!, (lines) => [lines[0]!, lines[1]!, ...lines.slice(1)]);
    expect((await verdict()).problem).toMatchObject({ seq: 3, why: "reordered" });
  });

  it("says that its head is missing", async () => {
    renameSync(join(directory, "head"), join(directory, "neck"));
    expect((await verdict()).problem).toMatchObject({ seq: 30, why: "no-head" });
  });
});

describe("what was done to it while knastd was away", () => {
  const goOn = async () => {
    const audit = await openTrail(directory);
    await audit.record(entry());
    await audit.close();
  };

  it("is said for ever: records that were cut off", async () => {
    edit(last(), (lines) => lines.slice(0, -2));
    await goOn();
    expect((await verdict()).problem).toMatchObject({
      seq: 29,
      why: "removed",
      says: "Records 29 to 30 were removed.",
    });
    expect(recordsIn(directory).at(-2)).toMatchObject({ seq: 31, what: "audit.cut", count: 2, result: "failed" });
  });

  it("is said for ever: the last record exchanged", async () => {
    edit(last(), (lines) => lines.with(-1, forged(lines.at(-1)!)));
    await goOn();
    expect((await verdict()).problem).toMatchObject({ seq: 30, why: "edited" });
  });

  it("and that the head was gone", async () => {
    rmSync(join(directory, "head"));
    await goOn();
    expect(recordsIn(directory).slice(-2)).toMatchObject([{ seq: 31, what: "audit.no-head" }, { seq: 32 }]);
    expect((await verdict()).problem).toBeNull();
  });

  it("and while it ran: a file removed, a line added", async () => {
    const audit = await openTrail(directory);
    await audit.record(entry());
    edit(last(), (lines) => [...lines, "{}"]);
    await audit.record(entry());
    expect((await verdict()).problem?.why).toBe("edited");
    rmSync(last());
    await audit.record(entry());
    await audit.close();
    expect((await verdict()).problem?.why).toBe("edited");
  });
});
