import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TestHost } from "./testing/dev-host.ts";
import { poll } from "./testing/poll.ts";

// The panel is an optional layer over plain FreeBSD: what the admin does by hand shows up, and what he breaks is shown as broken.

let host: TestHost;
let etc: string;
let main: string;

beforeAll(async () => {
  host = await TestHost.start();
  etc = host.host.etc;
  main = join(etc, "jail.conf");
  await host.client.done("jail.create", host.spec("ours", 0));
});
afterAll(() => host?.stop());

const rows = async () => new Map((await host.client.call("jail.list", {})).jails.map((one) => [one.name, one]));
const file = (name: string) => join(etc, "jail.conf.d", `${name}.conf`);
/** A tree that can run: a copy of ours. */
const tree = (name: string) => {
  const path = join(host.host.state, "elsewhere", name);
  mkdirSync(join(host.host.state, "elsewhere"), { recursive: true });
  host.run("/bin/cp", ["-a", join(host.host.jails, "ours"), path]);
  return path;
};
const block = (name: string, path: string, n: number) => `${name} {
  path = "${path}"; host.hostname = ${name}.example.net; interface = ${host.host.interface}; ip4.addr = ${host.address(n)};
  mount += "${host.host.jails}/basejail ${path}/basejail nullfs ro 0 0"; mount.devfs; exec.clean;
  exec.start = "/bin/sh /etc/rc"; exec.stop = "/bin/sh /etc/rc.shutdown jail"; exec.consolelog = "${host.host.log}/${name}.log";
}
`;
const append = (text: string) => writeFileSync(main, readFileSync(main, "utf8") + text);

test("a jail in jail.conf itself is listed and looked at, and only that", async () => {
  append(block("by_hand", tree("by_hand"), 1));
  const row = await poll("it is listed", async () => (await rows()).get("by_hand"));
  expect(row).toMatchObject({
    id: null,
    state: "stopped",
    hostname: "by_hand.example.net",
    addresses: [host.address(1)],
  });
  for (const verb of ["jail.start", "jail.stop", "jail.restart", "jail.destroy"] as const)
    expect(await host.client.refused(verb, { name: "by_hand" })).toMatchObject({ code: "foreign" });
  const detail = await host.client.call("jail.show", { name: "by_hand" });
  expect(detail).toMatchObject({ id: null, config: null });
  expect(detail.parameters).toContainEqual({ name: "mount.devfs", value: null });
});

test("its address counts as taken, and its name", async () => {
  const { problems } = await host.client.refused("jail.create", host.spec("by_hand", 1));
  expect(problems.map((one) => `${one.field} ${one.code}`)).toEqual(["name exists", "ip4.0 address_taken"]);
});

test("started and stopped by hand, it is seen within two seconds", async () => {
  expect(host.run("jail", ["-f", main, "-c", "by_hand"]).status).toBe(0);
  await poll("it runs", async () => (await rows()).get("by_hand")?.state === "running", 2000);
  expect((await host.client.call("jail.processes", { name: "by_hand" })).processes.length).toBeGreaterThan(0);
  expect(host.run("jail", ["-f", main, "-r", "by_hand"]).status).toBe(0);
  await poll("it is stopped", async () => (await rows()).get("by_hand")?.state === "stopped", 2000);
});

test("a hand-made jail with a file of its own can be started and stopped, never destroyed", async () => {
  writeFileSync(file("own_file"), block("own_file", tree("own_file"), 2));
  await poll("it is listed", async () => (await rows()).has("own_file"));
  await host.client.done("jail.start", { name: "own_file" });
  expect((await rows()).get("own_file")).toMatchObject({ state: "running", id: null });
  expect(await host.client.refused("jail.destroy", { name: "own_file" })).toMatchObject({ code: "foreign" });
  await host.client.done("jail.restart", { name: "own_file" });
  await host.client.done("jail.stop", { name: "own_file" });
  expect(host.addresses()).not.toContain(host.address(2));
});

test("one that runs from a file that FreeBSD's config does not name is listed as it is", async () => {
  const conf = join(host.host.state, "elsewhere.conf");
  writeFileSync(conf, block("stray", tree("stray"), 3));
  expect(host.run("jail", ["-f", conf, "-c", "stray"]).status).toBe(0);
  const row = await poll("it is listed", async () => (await rows()).get("stray"));
  expect(row).toMatchObject({ id: null, state: "running", addresses: [host.address(3)] });
  expect(await host.client.refused("jail.stop", { name: "stray" })).toMatchObject({ code: "foreign" });
  expect((await host.client.refused("jail.create", host.spec("new", 3))).problems).toMatchObject([
    { field: "ip4.0", code: "address_taken" },
  ]);
  expect(host.run("jail", ["-f", conf, "-r", "stray"]).status).toBe(0);
  await poll("it is gone", async () => !(await rows()).has("stray"));
});

test("a file with a mistake is one broken row with its file and line; everything else goes on", async () => {
  const before = [...(await rows()).keys()];
  writeFileSync(file("broken"), "broken {\n  path = '/x\n");
  const row = await poll("it is listed", async () => (await rows()).get("broken"));
  expect(row).toMatchObject({ state: "broken", id: null });
  expect(row.problem).toContain(file("broken"));
  expect(row.problem).toMatch(/line \d/);
  expect([...(await rows()).keys()].sort()).toEqual([...before, "broken"].sort());
  expect((await rows()).get("by_hand")).toMatchObject({ addresses: [host.address(1)] });
  expect(await host.client.refused("jail.start", { name: "broken" })).toMatchObject({ code: "config_invalid" });
  await host.client.done("jail.start", { name: "ours" });
  await host.client.done("jail.stop", { name: "ours" });
  // Two at once, and ours among them: its mark is still read.
  const ours = readFileSync(file("ours"), "utf8");
  const { id } = (await rows()).get("ours")!;
  writeFileSync(file("ours"), ours.replace("enforce_statfs = 2;", "enforce_statfs = 2; } }"));
  const broken = await poll("ours is broken", async () => {
    const one = (await rows()).get("ours");
    return one?.state === "broken" ? one : null;
  });
  expect((await rows()).get("broken")?.state).toBe("broken");
  expect(broken.id === id || broken.id === null).toBe(true);
  writeFileSync(file("ours"), ours);
  rmSync(file("broken"));
  await poll("all is well", async () => [...(await rows()).values()].every((one) => one.state !== "broken"));
  expect((await rows()).get("ours")).toMatchObject({ id, state: "stopped" });
});

test("many who look at once while a file with a mistake changes all get their answer", async () => {
  for (let round = 0; round < 10; round++) {
    writeFileSync(file("broken"), `broken {\n  path = '/${"x".repeat(round + 1)}\n`);
    const plans = Array.from({ length: 6 }, async (_, i) => {
      await new Promise((resolve) => setTimeout(resolve, i * 20));
      return host.client.call("jail.plan", host.spec("ours", 0));
    });
    for (const plan of await Promise.all(plans)) expect(plan.problems).toMatchObject([{ code: "exists" }, {}]);
    expect((await rows()).get("ours")).toMatchObject({ state: "stopped" });
    if (round % 2) rmSync(file("broken"));
  }
  rmSync(file("broken"), { force: true });
  await poll("all is well", async () => !(await rows()).has("broken"));
});

test("a change in a file that a config includes is seen, though the config itself is as it was", async () => {
  const common = join(host.host.state, "common.conf");
  const write = (n: number) => writeFileSync(common, `$place = ${host.address(n)};\n`);
  write(7);
  const path = tree("includes");
  const text = block("includes", path, 7).replace(/ip4\.addr = [^;]+;/, "ip4.addr = $place;");
  writeFileSync(file("includes"), `.include "${common}";\n${text}`);
  const seen = (n: number) =>
    poll(`address ${n}`, async () => (await rows()).get("includes")?.addresses[0] === host.address(n));
  await seen(7);
  write(8);
  await seen(8);
  rmSync(file("includes"));
  await poll("it is gone", async () => !(await rows()).has("includes"));
});

test("without jail.conf, and with one that includes nothing, jails in jail.conf.d are still known", async () => {
  const text = readFileSync(main, "utf8");
  writeFileSync(main, "# nothing\n");
  await poll("by_hand is gone", async () => !(await rows()).has("by_hand"));
  expect((await rows()).has("ours")).toBe(true);
  rmSync(main);
  await poll("still ours", async () => (await rows()).has("ours"));
  writeFileSync(main, text);
  await poll("by_hand is back", async () => (await rows()).has("by_hand"));
});

test("a missing tree and a mount that was left are shown as broken, with what to do", async () => {
  const path = join(host.host.jails, "ours");
  host.run("/bin/mv", [path, `${path}.away`]);
  await poll("broken", async () => (await rows()).get("ours")?.state === "broken");
  expect((await rows()).get("ours")!.problem).toContain(path);
  expect(await host.client.failed("jail.start", { name: "ours" })).toMatchObject({ code: "broken" });
  host.run("/bin/mv", [`${path}.away`, path]);
  expect(
    host.run("mount", ["-t", "nullfs", "-o", "ro", join(host.host.jails, "basejail"), join(path, "basejail")]).status,
  ).toBe(0);
  await poll("broken", async () => (await rows()).get("ours")?.problem?.includes("still mounted"));
  await host.client.done("jail.start", { name: "ours" });
  expect(host.mounts("ours")).toHaveLength(3);
  await host.client.done("jail.stop", { name: "ours" });
  expect((await rows()).get("ours")).toMatchObject({ state: "stopped", problem: null });
});

test("500 jails are listed quickly", { timeout: 120_000 }, async () => {
  for (let i = 0; i < 500; i++)
    writeFileSync(
      file(`many_${i}`),
      `many_${i} { path = "${host.host.jails}/many_${i}"; ip4.addr = 192.0.2.${i % 250}; host.hostname = many-${i}.example.org; }\n`,
    );
  const took = async () => {
    const began = performance.now();
    expect((await rows()).size).toBeGreaterThanOrEqual(500);
    return performance.now() - began;
  };
  await poll("they are there", async () => (await rows()).has("many_499"), 20_000);
  const times = [await took(), await took(), await took(), await took(), await took()].sort((a, b) => a - b);
  expect(times[2]).toBeLessThan(500);
});
