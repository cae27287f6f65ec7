import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TestHost } from "../testing/dev-host.ts";
import { poll } from "../testing/poll.ts";

// Killed at any point of jail.configure, a jail has its old config or its new one, whole and with its comments, and the
// same wish succeeds after the next start.

const NAME = "victim";
const STEPS = ["check", "config", "autostart", "now"];
const RESTART = ["stop-jail", "start-check", "start-verify"];
let host: TestHost;
let file: string;
let base: string;

beforeAll(async () => {
  host = await TestHost.start();
  base = host.checksum(`${host.host.jails}/basejail`);
  await host.client.done("jail.create", host.spec(NAME, 3));
  file = `${host.host.etc}/jail.conf.d/${NAME}.conf`;
  writeFileSync(file, readFileSync(file, "utf8").replace("{\n", "{\n\t# do not lose me\n"));
  await host.client.done("jail.start", { name: NAME });
});
afterAll(() => host?.stop());

const text = () => readFileSync(file, "utf8");
const show = () => host.client.call("jail.show", { name: NAME });
/** Raw sockets and autostart the other way round. */
async function wish(apply: "now" | "restart") {
  const { settings, digest } = await host.client.call("jail.settings", { name: NAME });
  const on = !settings.flags.rawSockets;
  const wished = { ...settings, flags: { ...settings.flags, rawSockets: on }, autostart: on };
  return { on, input: { name: NAME, digest, settings: wished, apply } };
}

async function killAt(point: string, apply: "now" | "restart"): Promise<boolean> {
  const { on, input } = await wish(apply);
  const old = text();
  await host.killedAt(`jail.configure:${point}`, () => host.client.raw("jail.configure", input));
  await poll("the job has ended", async () =>
    (await host.client.call("job.list", {})).jobs.every((one) => one.state !== "running"),
  );
  await host.expectWhole(NAME, host.address(3), base);
  expect(existsSync(`${host.host.etc}/jail.conf.d/.${NAME}.conf.new`)).toBe(false);
  const flag = (yes: boolean) => (yes ? "allow.raw_sockets;" : "allow.noraw_sockets;");
  expect([old, old.replace(flag(!on), flag(on))]).toContain(text());
  expect(text()).toContain("# do not lose me");
  return on;
}

test("the steps listed here are all that there are", async () => {
  const ended = async ({ job }: { job: string }) => {
    await host.client.follow(job);
    const { state, steps } = await host.client.call("job.get", { job });
    return [state, steps.length];
  };
  const [, restart] = await ended(await host.client.call("jail.restart", { name: NAME }));
  const configure = async (apply: "now" | "restart") =>
    ended(await host.client.call("jail.configure", (await wish(apply)).input));
  expect(await configure("now")).toEqual(["done", STEPS.length]);
  expect(await configure("restart")).toEqual(["done", STEPS.length - 1 + Number(restart)]);
});

test.each(STEPS.flatMap((step) => [`${step}:before`, `${step}:after`]))("killed in configure, %s", async (point) => {
  await killAt(point, "now");
  const again = await wish("now");
  await host.client.done("jail.configure", again.input);
  expect(await show()).toMatchObject({ state: "running", autostart: again.on });
});

test.each(RESTART.map((step) => `${step}:after`))("killed in its restart, %s", async (point) => {
  const on = await killAt(point, "restart");
  expect(text()).toContain(on ? "allow.raw_sockets;" : "allow.noraw_sockets;");
  expect(await show()).toMatchObject({ state: "running", autostart: on, differences: [] });
});
