import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TestHost } from "./testing/dev-host.ts";
import { poll } from "./testing/poll.ts";

// The order of starting and stopping: jail_list, depend, all at once; and knastd killed on the way.

let host: TestHost;
let rc: string;
const NAMES = ["solo", "www", "db", "cache"];

beforeAll(async () => {
  host = await TestHost.start();
  rc = join(host.host.etc, "rc.conf");
  for (const [i, name] of NAMES.entries())
    await host.client.done("jail.create", host.spec(name, i, { autostart: name !== "cache" }));
  depend("www", "db");
  depend("db", "cache");
});
afterAll(() => host?.stop());

const file = (name: string) => join(host.host.etc, "jail.conf.d", `${name}.conf`);
/** As by hand; null takes it out. */
function depend(name: string, on: string | null): void {
  const text = readFileSync(file(name), "utf8").replace(/\tdepend = .*\n/, "");
  writeFileSync(file(name), on === null ? text : text.replace("\tpath =", `\tdepend = ${on};\n\tpath =`));
}
const up = () =>
  host
    .jls()
    .map((one) => one.name)
    .sort();
const order = () => host.client.call("host.order", {});

test("what is shown: the list, what starts with it, in rows", async () => {
  const shown = await order();
  expect(shown).toMatchObject({ enabled: true, reverseStop: false, parallelStart: false, cycles: [] });
  expect(shown.rows).toEqual([["cache", "solo"], ["db"], ["www"]]);
  expect(shown.jails.find((one) => one.name === "www")).toMatchObject({
    depend: ["db"],
    absent: [],
    atBoot: true,
    running: false,
  });
});

test("a start brings up what the jail depends on first; a stop leaves it", async () => {
  const events = await host.client.done("jail.start", { name: "www" });
  const titles = events.flatMap((one) => (one.kind === "step" ? [one.title] : []));
  expect(titles.filter((one) => one.startsWith("What it depends on, no. 2: Start the jail"))).toHaveLength(1);
  // Who may see www need not know the other two.
  expect(JSON.stringify(events)).not.toMatch(/cache|\bdb\b/);
  expect(up()).toEqual(["cache", "db", "www"]);
  await host.client.done("jail.stop", { name: "www" });
  expect(up()).toEqual(["cache", "db"]);
  await host.client.done("jail.start", { name: "www" });
  await host.client.done("jail.restart", { name: "www" });
});

test("all stop, those first on which no other depends; all start", async () => {
  await host.client.done("jail.start", { name: "solo" });
  const events = await host.client.done("host.stop-all", {});
  const titles = events.flatMap((one) => (one.kind === "step" ? [one.title] : []));
  expect(titles.filter((one) => one.startsWith("Stop ")).map((one) => one.slice(5))).toEqual([
    "www",
    "db",
    "solo",
    "cache",
  ]);
  expect(up()).toEqual([]);
  expect(await host.client.refused("host.stop-all", {})).toMatchObject({ code: "not_found" });
  await host.client.done("host.start-all", {});
  expect(up()).toEqual(["cache", "db", "solo", "www"]);
  await host.client.done("host.start-all", {});
  await host.client.done("host.stop-all", {});
});

test("one that fails keeps back those that depend on it and no others, and is told", async () => {
  const tree = join(host.host.jails, "db");
  host.run("/bin/mv", [tree, `${tree}.away`]);
  const { job } = await host.client.call("host.start-all", {});
  const events = await host.client.follow(job);
  expect(events.at(-1)).toMatchObject({ kind: "failed", failure: { code: "start_failed" } });
  expect(JSON.stringify(events.at(-1))).toContain("2 of 4 did not start: db, www");
  expect(events.some((one) => one.kind === "output" && one.text === "www: db did not start")).toBe(true);
  expect(up()).toEqual(["cache", "solo"]);
  host.run("/bin/mv", [`${tree}.away`, tree]);
  await host.client.done("host.stop-all", {});
});

test("a circle and a jail that is not there are named, and nothing hangs", async () => {
  depend("cache", "www");
  const shown = await poll("the circle is seen", async () => {
    const now = await order();
    return now.cycles.length > 0 ? now : null;
  });
  expect(shown.cycles).toEqual([["cache", "db", "www"]]);
  expect(shown.rows).toEqual([["solo"]]);
  expect(await host.client.failed("jail.start", { name: "www" })).toMatchObject({ code: "start_failed" });
  depend("cache", "nowhere");
  await poll("it is absent", async () => (await order()).jails.some((one) => one.absent.includes("nowhere")));
  expect(await host.client.failed("jail.start", { name: "www" })).toMatchObject({ code: "config_invalid" });
  expect(up()).toEqual([]);
  depend("cache", null);
  await poll("all is well", async () => (await order()).rows.length === 3);
});

test("jail_list is put into another order, with the names that it has", async () => {
  const { list, digest } = await order();
  expect(list).toEqual(["db", "solo", "www"]);
  const wish = { list: ["www", "solo", "db"], reverseStop: true, parallelStart: true, digest };
  const now = await host.client.call("host.set-order", wish);
  expect(now).toMatchObject({ list: wish.list, reverseStop: true, parallelStart: true });
  expect(readFileSync(rc, "utf8")).toContain('jail_list="www solo db"');
  expect(await host.client.refused("host.set-order", wish)).toMatchObject({ code: "changed" });
  for (const list of [
    ["db", "solo"],
    ["db", "solo", "www", "cache"],
    ["db", "solo", "$(reboot)"],
  ])
    expect(await host.client.refused("host.set-order", { ...wish, list, digest: now.digest })).toMatchObject({
      code: "invalid",
    });
});

test.each(["jail-cache:after", "jail-db:before", "jail-www:after", "tell:before"])(
  "killed while all start, %s: none is half up",
  async (point) => {
    await host.killedAt(`host.start-all:${point}`, () => host.client.raw("host.start-all", {}));
    await poll("knastd has tidied up", async () =>
      (await host.client.call("job.list", {})).jobs.every((one) => one.state !== "running"),
    );
    for (const { name, state } of (await host.client.call("jail.list", {})).jails) {
      expect(["running", "stopped"]).toContain(state);
      expect([name, host.mounts(name).length]).toEqual([name, state === "running" ? 3 : 0]);
    }
    await host.client.done("host.start-all", {});
    expect(up()).toEqual(["cache", "db", "solo", "www"]);
    await host.client.done("host.stop-all", {});
  },
);

test("killed while all start, one that ran already goes on, though its config says something else by now", async () => {
  await host.client.done("jail.start", { name: "solo" });
  const conf = join(host.host.etc, "jail.conf.d/solo.conf");
  const before = readFileSync(conf, "utf8");
  writeFileSync(conf, before.replace(/\}\s*$/, `\tip4.addr += ${host.address(40)};\n}\n`));
  const { jid } = host.jls().find((one) => one.name === "solo")!;
  await host.killedAt("host.start-all:jail-cache:after", () => host.client.raw("host.start-all", {}));
  await poll("knastd has tidied up", async () =>
    (await host.client.call("job.list", {})).jobs.every((one) => one.state !== "running"),
  );
  expect(host.jls().find((one) => one.name === "solo")).toMatchObject({ jid });
  writeFileSync(conf, before);
  await host.client.done("host.stop-all", {});
});

test.each(["jail-www:before", "jail-www:after", "tell:before"])(
  "killed while all stop, %s: it goes on to its end",
  async (point) => {
    await host.client.done("host.start-all", {});
    await host.killedAt(`host.stop-all:${point}`, () => host.client.raw("host.stop-all", {}));
    await poll("all are down", () => up().length === 0, 60_000);
    await poll("knastd has tidied up", async () =>
      (await host.client.call("job.list", {})).jobs.every((one) => one.state !== "running"),
    );
  },
);
