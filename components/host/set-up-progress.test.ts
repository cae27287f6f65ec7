import { expect, test } from "vitest";
import type { HostInfo } from "@/server/contract/jail.ts";
import { setUpProgress } from "./set-up-progress.ts";

const base = {} as NonNullable<HostInfo["base"]>;
const pools = [{ interface: "vtnet0", block: "10.0.2.0/24" }];

test.each([
  [{ base: null, pools: [], jails: 0 }, undefined, "base"],
  [{ base, pools: [], jails: 0 }, undefined, "addresses"],
  [{ base, pools, jails: 0 }, undefined, "jail"],
  [{ base, pools, jails: 3 }, undefined, "jail"],
  [{ base, pools, jails: 3 }, "base", "base"],
  [{ base: null, pools, jails: 0 }, "jail", "jail"],
  [{ base: null, pools, jails: 0 }, "rubbish", "base"],
] as const)("%j, asked for %s: %s", (host, asked, step) => {
  expect(setUpProgress({ ...host, pools: [...host.pools] }, asked).now).toBe(step);
});

test("done is what is there, whatever one looks at", () => {
  expect([...setUpProgress({ base, pools: [], jails: 0 }, "jail").done]).toEqual(["admin", "base"]);
});
