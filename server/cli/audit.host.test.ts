import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, beforeEach, expect, it } from "vitest";
import { edit, entry, filesIn, linesIn, openTrail, trailDirectory, writeTrail } from "../daemon/audit/testing/trail.ts";
import { buildKnast, knast as runKnast } from "./testing/built-knast.ts";

let state: string;
let directory: string;

beforeAll(buildKnast, 400_000);
beforeEach(async () => {
  state = trailDirectory();
  directory = join(state, "daemon/audit");
  mkdirSync(directory, { recursive: true });
  mkdirSync(join(state, "web"));
});

/** Without a panel and without knastd. */
const knast = (args: string[], uid?: number) => runKnast(["audit", ...args], { state, uid });

it("says that the trail is whole, or which record is the first that is not", async () => {
  await writeTrail(directory, 12, 2000);
  expect(knast(["verify"])).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^Whole: 12 records in \d files/),
  });
  expect(knast(["verify", "--state", state]).status).toBe(0);
  edit(filesIn(directory)[0]!, (lines) => lines.with(1, lines[1]!.replace("anna", "olaf")));
  expect(knast(["verify"])).toMatchObject({
    status: 1,
    stdout: expect.stringMatching(/^Not whole: Record 2 was edited\.\nFirst bad record: 2 \(edited\)\. 1 records/),
  });
  rmSync(filesIn(directory)[0]!);
  expect(knast(["verify"])).toMatchObject({ status: 1, stdout: expect.stringContaining("removed") });
});

it("prints the lines that one asks for, as they stand, oldest first", async () => {
  const audit = await openTrail(directory, { fileMax: 3000, now: () => new Date("2026-03-04T12:00:00Z") });
  for (let i = 0; i < 30; i++)
    await audit.record(entry({ who: i % 3 ? "anna" : "olaf", jail: i % 2 ? "mail" : "web", requestId: `r${i}` }));
  await audit.close();
  const all = linesIn(directory);
  expect(knast(["export"]).stdout).toBe(all.map((line) => `${line}\n`).join(""));
  const some = knast(["export", "--who", "olaf", "--jail", "mail", "--from", "2026-03-04", "--to", "2026-03-04"]);
  expect(some.stdout.trim().split("\n")).toEqual(all.filter((line) => /"olaf".*"mail"/.test(line)));
  expect(knast(["export", "--to", "2026-03-03"]).stdout).toBe("");
  edit(filesIn(directory)[0]!, (lines) => ["\x1b[2J", ...lines]);
  const odd = knast(["export", "--who", "nobody"]);
  expect([odd.status, odd.stdout, odd.stderr]).toEqual([1, "", expect.stringContaining("1 lines are no records")]);
});

it("is called rightly, where there is a trail, by root", async () => {
  for (const args of [
    [],
    ["walk"],
    ["verify", "more"],
    ["verify", "--who", "anna"],
    ["export", "--result", "x"],
    ["export", "--from", "x"],
  ])
    expect(knast(args), args.join(" ")).toMatchObject({
      status: 64,
      stdout: "",
      stderr: expect.stringContaining("usage"),
    });
  expect(knast(["verify", "--state", "/nonexistent"])).toMatchObject({ status: 66 });
});
