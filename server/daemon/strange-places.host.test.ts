import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TestHost } from "./testing/dev-host.ts";
import { poll } from "./testing/poll.ts";

// Configs that a person wrote, whose directories are the host's, another jail's, or ours: whatever is asked, nobody else is harmed.

let host: TestHost;
beforeAll(async () => {
  host = await TestHost.start();
  await host.client.done("jail.create", host.spec("mail", 0));
  await host.client.done("jail.start", { name: "mail" });
});
afterAll(() => host?.stop());

const file = (name: string) => join(host.host.etc, "jail.conf.d", `${name}.conf`);
const write = async (name: string, path: string) => {
  writeFileSync(
    file(name),
    `${name} { path = "${path}"; host.hostname = ${name}.example.net; interface = ${host.host.interface}; ip4.addr = ${host.address(9)};
  mount += "${host.host.jails}/basejail ${path}/basejail nullfs ro 0 0"; mount.devfs; exec.clean; exec.start = "/usr/bin/true"; persist; }\n`,
  );
  await poll("it is listed", async () =>
    (await host.client.call("jail.list", {})).jails.some((one) => one.name === name),
  );
};
/** What there is of mounts and of running jails. */
const world = () => [host.run("mount", ["-p"]).stdout, host.jls()];

test.each([
  ["the host's root", () => "/"],
  ["the jail root", () => host.host.jails],
  ["a running jail's", () => join(host.host.jails, "mail")],
  ["one inside a jail", () => join(host.host.jails, "mail/var/tmp")],
  ["the base", () => join(host.host.jails, "basejail")],
])("a jail whose directory is %s does not start, and nothing is unmounted for it", async (_, path) => {
  await write("odd", path());
  const before = world();
  expect(await host.client.failed("jail.start", { name: "odd" })).toMatchObject({ code: "broken" });
  expect(await host.client.refused("jail.restart", { name: "odd" })).toMatchObject({ code: "broken" });
  expect(await host.client.refused("jail.destroy", { name: "odd" })).toMatchObject({ code: "foreign" });
  expect(await host.client.refused("jail.stop", { name: "odd" })).toMatchObject({ code: "not_running" });
  expect(world()).toEqual(before);
  rmSync(file("odd"));
});

test("a jail in which a hand-made one has its directory is not destroyed under it", async () => {
  await host.client.done("jail.create", host.spec("web", 1));
  await write("odd", join(host.host.jails, "web"));
  expect(await host.client.refused("jail.destroy", { name: "web" })).toMatchObject({ code: "broken" });
  expect(host.run("jail", ["-f", file("odd"), "-c", "odd"]).status).toBe(0);
  expect(await host.client.failed("jail.start", { name: "web" })).toMatchObject({ code: "broken" });
  expect(host.mounts("web")).toHaveLength(2);
  await host.client.done("jail.stop", { name: "odd" });
  expect(host.mounts("web")).toEqual([]);
  rmSync(file("odd"));
  await poll(
    "it is gone",
    async () => !(await host.client.call("jail.list", {})).jails.some((one) => one.name === "odd"),
  );
  await host.client.done("jail.destroy", { name: "web" });
  expect(host.traces("web", host.address(1))).toEqual([]);
});
