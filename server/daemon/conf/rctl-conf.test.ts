import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  editLimits,
  linesFor,
  NO_LIMITS,
  parseAmount,
  parseUse,
  rctlRules,
  readLimits,
  removeJail,
  renderAmount,
  rulesOf,
} from "./rctl-conf.ts";

const M = 1024 ** 2;
const G = 1024 ** 3;
const testdata = (name: string) => readFileSync(join(import.meta.dirname, "testdata", name), "utf8");

test.each([
  [512 * M, "512M"],
  [G, "1G"],
  [1536 * M, "1536M"],
  [2 ** 50, "1024T"],
  [20 * M + 1024, "20481K"],
  [20 * M + 1, "20971521"],
])("%d bytes are written %s and read back", (bytes, text) => {
  expect(renderAmount("memoryBytes", bytes)).toBe(text);
  expect(parseAmount(text)).toBe(bytes);
});

test("amounts are those of expand_number(3)", () => {
  expect([..."128M 128m 134217728 128MB".split(" ")].map(parseAmount)).toEqual(Array(4).fill(128 * M));
  for (const text of ["", "M", "-1", "1.5G", "12X", "0x10", "99999999999999999999"])
    expect(parseAmount(text)).toBe(null);
});

test("every kind has its rule, in one order", () => {
  const limits = { memoryBytes: 512 * M, processes: 100, cpuPercent: 150, openFiles: 4096, terminals: 0 };
  expect(rctlRules("mail", limits)).toEqual([
    "jail:mail:memoryuse:deny=512M",
    "jail:mail:maxproc:deny=100",
    "jail:mail:pcpu:deny=150",
    "jail:mail:openfiles:deny=4096",
    "jail:mail:pseudoterminals:deny=0",
  ]);
  expect(rctlRules("mail", NO_LIMITS)).toEqual([]);
  for (const name of ["", "*", "a:b", "Mail", "a b"]) expect(() => rctlRules(name, limits)).toThrow();
});

const HAND_MADE = testdata("rctl-hand-made.conf");

test("a hand-made file is read as rc.d/rctl reads it; of two rules the smaller holds", () => {
  const limits = readLimits(HAND_MADE);
  expect([...limits.keys()].sort()).toEqual(["mail", "www"]);
  expect(limits.get("mail")).toEqual({ ...NO_LIMITS, memoryBytes: 512 * M, processes: 80 });
  expect(limits.get("www")).toEqual({ ...NO_LIMITS, processes: 200 });
  expect(rulesOf(HAND_MADE, "mail")).toEqual([
    "jail:mail:memoryuse:deny=512M",
    "jail:mail:memoryuse:log=400M",
    "jail:mail:maxproc:deny=100",
    "jail:mail:maxproc:deny=80",
    "jail:mail:readbps:throttle=10M",
  ]);
});

test("an edit changes the jail's own lines and nothing beside them", () => {
  const limits = { ...NO_LIMITS, memoryBytes: G, processes: 80, cpuPercent: 100 };
  const edited = editLimits(HAND_MADE, "mail", limits);
  expect(edited).toBe(testdata("rctl-edited.conf"));
  expect(editLimits(edited, "mail", limits)).toBe(edited);
  expect(readLimits(edited).get("mail")).toEqual(limits);
  expect(readLimits(edited).get("www")).toEqual(readLimits(HAND_MADE).get("www"));
});

test("an edit that changes nothing leaves every byte; a file that is not there begins with the jail's lines", () => {
  const once = { ...NO_LIMITS, processes: 200 };
  expect(editLimits(HAND_MADE, "www", once)).toBe(HAND_MADE);
  expect(editLimits("", "mail", once)).toBe("jail:mail:maxproc:deny=200\n");
  expect(editLimits("jail:www:maxproc:deny=9", "mail", once)).toBe(
    "jail:www:maxproc:deny=9\njail:mail:maxproc:deny=200\n",
  );
  expect(editLimits("", "mail", NO_LIMITS)).toBe("");
});

test("a jail that is gone leaves no rule, a namesake's beginning stays", () => {
  const text = `${HAND_MADE}jail:mail2:maxproc:deny=5\n`;
  const left = removeJail(text, "mail");
  expect(linesFor(left, "mail")).toBe("");
  expect(linesFor(left, "mail2")).toBe("jail:mail2:maxproc:deny=5\n");
  expect(linesFor(left, "www")).toBe(linesFor(text, "www"));
  expect(left).toContain("# mail: 512M");
  expect(left).toContain("user:anna:maxproc:deny=50");
});

test("use is read from what FreeBSD printed", () => {
  expect(parseUse(testdata("rctl-u.txt"))).toEqual({
    memoryBytes: 2744320,
    processes: 1,
    cpuPercent: 0,
    openFiles: 0,
    terminals: 0,
  });
  expect(parseUse("memoryuse=2680K\n")).toBe(null);
  expect(parseUse("")).toBe(null);
});
