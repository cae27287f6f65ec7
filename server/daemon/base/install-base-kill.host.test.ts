import { existsSync, readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { BaseSource } from "../../contract/base.ts";
import { readBase } from "./base-record.ts";
import { installBase } from "./install-base.ts";
import { BENCH_ID, type Bench, makeBench, makeWorld } from "./testing/small-world.ts";

vi.setConfig({ testTimeout: 60_000 });
let bench: Bench;
beforeEach(() => (bench = makeBench()));
afterEach(() => bench.end());

const at = (...path: string[]) => join(bench.paths.jails, ...path);
const install = (source: BaseSource, inUse: string[] = []) => bench.install(source, inUse);
const nothingLeft = () => expect(existsSync(at(".new")) ? readdirSync(at(".new")) : []).toEqual([]);
describe("after a kill at any step", () => {
  it("there is the old base or none, and the next install succeeds", async () => {
    makeWorld(bench.paths.world);
    const source = { kind: "directory" as const, path: bench.paths.world };
    const count = installBase(bench.job(source)).steps.length;
    for (let until = 0; until <= count; until++) {
      await bench.steps(installBase(bench.job(source)).steps.slice(0, until));
      const base = await readBase(bench.paths);
      expect(existsSync(at("basejail")) === existsSync(at("newjail"))).toBe(true);
      if (base) expect(existsSync(at("basejail/bin/sh")) && existsSync(at("newjail/etc/make.conf"))).toBe(true);
      // What the journal's recovery does at the next start.
      await installBase(bench.job(source)).undo(bench.context);
      nothingLeft();
      await install(source);
      expect((await readBase(bench.paths))?.release).toBe("14.2-RELEASE-p1");
    }
  });
});

describe("after a kill between two renames", () => {
  it.each([
    ["the old newjail is gone", ["basejail"], []],
    ["both old ones are gone", [] as string[], [] as string[]],
    ["the new base is there, newjail not yet", [], ["basejail"]],
  ])("%s: no base, and the next install succeeds", async (_, old, fresh) => {
    makeWorld(bench.paths.world);
    const source = { kind: "directory" as const, path: bench.paths.world };
    await install(source);
    const steps = installBase(bench.job(source)).steps;
    await bench.steps(
      steps.slice(
        0,
        steps.findIndex((step) => step.id === "place"),
      ),
    );
    for (const name of ["newjail", "basejail"].filter((one) => !old.includes(one)))
      renameSync(at(name), at(".trash", `${name}.${BENCH_ID}`));
    for (const name of fresh) renameSync(at(".new", BENCH_ID, name), at(name));
    expect(await readBase(bench.paths)).toBeNull();
    await installBase(bench.job(source)).undo(bench.context);
    expect(readdirSync(at(".trash"))).toEqual([]);
    await install(source);
    expect((await readBase(bench.paths))?.release).toBe("14.2-RELEASE-p1");
  });
});
