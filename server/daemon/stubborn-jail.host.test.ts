import { afterAll, beforeAll, expect, test } from "vitest";
import { TestHost } from "./testing/dev-host.ts";

// A stop may take 90 s at most, whatever the jail's root has written into his scripts.

const NAME = "stubborn";
let host: TestHost;
beforeAll(async () => {
  host = await TestHost.start();
  await host.client.done("jail.create", host.spec(NAME, 0));
  await host.client.done("jail.start", { name: NAME });
});
afterAll(() => host?.stop());

test("a jail that ignores its own shutdown is gone within 90 s, with nothing mounted and no address", async () => {
  const script = "printf 'trap \"\" TERM HUP INT\\nsleep 1000\\nsleep 1000\\n' > /etc/rc.shutdown";
  expect(host.run("jexec", ["-l", NAME, "/bin/sh", "-c", script]).status).toBe(0);
  const began = Date.now();
  const events = await host.client.done("jail.stop", { name: NAME });
  expect(Date.now() - began).toBeLessThan(90_000);
  expect(Date.now() - began).toBeGreaterThan(10_000);
  expect(events.some((one) => one.kind === "output" && one.text.includes("removed by force"))).toBe(true);
  expect(host.jls()).toEqual([]);
  expect(host.mounts(NAME)).toEqual([]);
  expect(host.addresses()).not.toContain(host.address(0));
  await host.client.done("jail.destroy", { name: NAME });
  expect(host.traces(NAME, host.address(0))).toEqual([]);
});
