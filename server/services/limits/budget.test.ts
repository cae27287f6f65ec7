import { expect, it } from "vitest";
import type { Limits } from "../../contract/limits.ts";
import { type Claim, excesses, raised, together } from "./budget.ts";

const G = 1024 ** 3;
const NONE: Limits = { memoryBytes: null, processes: null, cpuPercent: null, openFiles: null, terminals: null };
const some = (over: Partial<Limits>): Limits => ({ ...NONE, ...over });
const claims = (...all: Partial<Limits>[]): Claim[] =>
  all.map((over, i) => ({ name: ["mail", "www", "db"][i]!, limits: some(over) }));

const TABLE: [string, Partial<Limits>, Claim[], string[]][] = [
  ["no budget", {}, claims({}, {}), []],
  ["no jail", { memoryBytes: G }, [], []],
  ["equal", { memoryBytes: 2 * G }, claims({ memoryBytes: G }, { memoryBytes: G }), []],
  [
    "one byte more",
    { memoryBytes: 2 * G },
    claims({ memoryBytes: G }, { memoryBytes: G + 1 }),
    ["anna's jails may use 2 G of memory together and would use 2147483649 bytes of memory with www running."],
  ],
  [
    "more by units",
    { memoryBytes: 2 * G },
    claims({ memoryBytes: 2 * G }, { memoryBytes: 512 * 1024 ** 2 }),
    ["anna's jails may use 2 G of memory together and would use 2560 M of memory with www running."],
  ],
  [
    "one without a limit",
    { memoryBytes: 2 * G },
    claims({ memoryBytes: G }, { processes: 5 }),
    ["anna's jails may use 2 G of memory together; www has no memory limit. Give it one first."],
  ],
  ["another kind is free", { processes: 100 }, claims({ processes: 100, memoryBytes: 9 * G }), []],
  ["zero is a limit", { terminals: 0 }, claims({ terminals: 0 }), []],
  [
    "zero is a budget",
    { terminals: 0 },
    claims({ terminals: 1 }),
    ["anna's jails may use 0 terminals together and would use 1 terminals with www running."],
  ],
  [
    "several kinds",
    { processes: 100, cpuPercent: 150, openFiles: 1000 },
    claims({ processes: 60, cpuPercent: 100, openFiles: 500 }, { processes: 60, cpuPercent: 100, openFiles: 500 }),
    [
      "anna's jails may use 100 processes together and would use 120 processes with www running.",
      "anna's jails may use 150 % of one core together and would use 200 % of one core with www running.",
    ],
  ],
];

it.each(TABLE)("%s", (_, budget, jails, sentences) => {
  const found = excesses("anna's jails", some(budget), jails, "with www running");
  expect(found.map((one) => one.sentence)).toEqual(sentences);
});

it("looks at the kinds it is told to", () => {
  expect(excesses("Your jails", some({ processes: 1 }), claims({ processes: 5 }), "x", ["memoryBytes"])).toEqual([]);
});

it("knows what is raised: more, or no limit any more", () => {
  expect(raised(some({ processes: 5 }), some({ processes: 5 }))).toEqual([]);
  expect(raised(some({ processes: 5 }), some({ processes: 4 }))).toEqual([]);
  expect(raised(some({ processes: 5 }), some({ processes: 6 }))).toEqual(["processes"]);
  expect(raised(some({ processes: 5 }), NONE)).toEqual(["processes"]);
  expect(raised(NONE, some({ processes: 5 }))).toEqual([]);
});

it("says as many whole sentences as fit", () => {
  expect(together(["One.", "Two."])).toBe("One. Two.");
  expect(together(["One.", "Two.", "Three."], 10)).toBe("One. Two.");
});
