import { afterAll, beforeAll, expect, it } from "vitest";
import { poll } from "./testing/poll.ts";
import { TestHost } from "./testing/dev-host.ts";

let t: TestHost;
beforeAll(async () => {
  t = await TestHost.start();
  for (const [i, name] of ["mine", "other"].entries()) {
    await t.client.done("jail.create", t.spec(name, i));
    await t.client.done("jail.start", { name });
    t.run("jexec", ["-l", name, "/bin/sh", "-c", "sleep 4321 > /dev/null 2>&1 &"]);
  }
});
afterAll(() => t.stop());

const sleeper = async (name: string) =>
  (await t.client.call("jail.processes", { name })).processes.find((one) => one.command.includes("4321"));

it("ends the process that ps shows under that number, and no other jail's", async () => {
  const { pid } = (await sleeper("mine"))!;
  await t.client.call("jail.signal", { name: "mine", pid, signal: "TERM" });
  await poll("it is gone", async () => (await sleeper("mine")) === undefined);
  expect(await sleeper("other")).toBeDefined();
});

it("says that there is no such process, jail or running jail", async () => {
  expect(await t.client.refused("jail.signal", { name: "mine", pid: 99_999_999, signal: "KILL" })).toMatchObject({
    code: "not_found",
    message: expect.stringContaining("no such process"),
  });
  expect((await t.client.refused("jail.signal", { name: "nowhere", pid: 2, signal: "KILL" })).code).toBe("not_found");
  expect(
    (await t.client.refused("jail.signal", { name: "mine", id: "0".repeat(32), pid: 2, signal: "KILL" })).code,
  ).toBe("not_found");
  await t.client.done("jail.stop", { name: "mine" });
  expect((await t.client.refused("jail.signal", { name: "mine", pid: 2, signal: "KILL" })).code).toBe("not_running");
});

it.each([0, -1, 1.5, "1", "-1 1"])("takes no %j for a process", async (pid) => {
  expect((await t.client.refused("jail.signal", { name: "other", pid: pid as number, signal: "KILL" })).code).toBe(
    "invalid",
  );
  expect(await sleeper("other")).toBeDefined();
});
