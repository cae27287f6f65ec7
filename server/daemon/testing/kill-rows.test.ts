import { expect, test } from "vitest";
import { VERBS } from "../../contract/daemon.ts";
import { rowName } from "./kill-matrix.ts";
import { KILL_ROWS } from "./kill-rows.ts";

test("every verb that starts a job is killed at each of its steps by kill-points.host.test.ts", () => {
  const jobs = Object.entries(VERBS).filter(([, verb]) => verb.kind === "job");
  const rows = new Set<string>(KILL_ROWS.map((row) => row.verb));
  expect(jobs.map(([verb]) => verb).filter((verb) => !rows.has(verb))).toEqual([]);
});

test("no two rows have the same name", () => {
  const names = KILL_ROWS.map(rowName);
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
});
