import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Failure } from "../../contract/errors.ts";
import type { Settings } from "../../contract/settings.ts";
import { poll } from "../testing/poll.ts";
import { TestHost } from "../testing/dev-host.ts";

const NAME = "mail";
let host: TestHost;
let file: string;

beforeAll(async () => {
  host = await TestHost.start();
  await host.client.done("jail.create", host.spec(NAME, 1));
  await host.client.done("jail.create", host.spec("www", 2));
  file = `${host.host.etc}/jail.conf.d/${NAME}.conf`;
});
afterAll(() => host?.stop());

const text = () => readFileSync(file, "utf8");
const ask = () => host.client.call("jail.settings", { name: NAME });
const show = () => host.client.call("jail.show", { name: NAME });
const by =
  (change: Partial<Settings>, flags: Partial<Settings["flags"]> = {}) =>
  (now: Settings) => ({
    ...now,
    ...change,
    flags: { ...now.flags, ...flags },
  });
/** Changes settings that were read just now. */
async function configure(change: (now: Settings) => Settings, apply: "none" | "now" | "restart" = "none") {
  const { settings, digest } = await ask();
  return host.client.done("jail.configure", { name: NAME, digest, settings: change(settings), apply });
}
async function refusal(change: (now: Settings) => Settings, digest?: string): Promise<Failure> {
  const now = await ask();
  const input = { name: NAME, digest: digest ?? now.digest, settings: change(now.settings) };
  const { status, body } = await host.client.raw("jail.configure", input);
  expect(status).toBeGreaterThanOrEqual(400);
  return body as Failure;
}

test("reads what create wrote, and knows of nothing that differs", async () => {
  const { settings, digest, others } = await ask();
  expect(settings).toMatchObject({
    hostname: "mail.example.org",
    network: { interface: host.host.interface, ip4: [host.address(1)], ip6: [] },
    flags: { devfs: true, fdescfs: true, procfs: false, setHostname: false, rawSockets: false, persist: false },
    sysvipc: false,
    childrenMax: 0,
    securelevel: -1,
    enforceStatfs: 2,
    devfsRuleset: 4,
    execTimeout: 120,
    stopTimeout: 30,
    depend: [],
    autostart: false,
  });
  expect(others).toEqual(expect.arrayContaining(["path", "mount.fstab", "exec.start"]));
  const plan = await host.client.call("jail.plan-settings", { name: NAME, digest, settings });
  expect(plan).toMatchObject({ parameters: [], problems: [], apply: ["none"] });
  expect(plan.after.text).toBe(text());
});

test("keeps a file that was edited by hand byte for byte but for the changed setting", async () => {
  const edited = text()
    .replace("{\n", "{\n\t# Anna's jail, ask her first\n")
    .replace("\tallow.noraw_sockets;\n", "\tallow.raw_sockets = 0;   // ping, see ticket 12\n")
    .replace("}\n", "\n\tallow.reserved_ports; /* as ever */\n}\n# the end\n");
  writeFileSync(file, edited);
  await configure(by({}, { rawSockets: true }));
  expect(text()).toBe(edited.replace("allow.raw_sockets = 0;", "allow.raw_sockets = 1;"));
  await configure(by({}, { rawSockets: false }));
  expect(text()).toBe(edited);
});

test("changes every setting, as jail(8) reads it", async () => {
  const before = (await ask()).settings;
  const wished: Settings = {
    hostname: "mx.example.org",
    network: { interface: host.host.interface, ip4: [host.address(1), host.address(5)], ip6: [] },
    flags: Object.fromEntries(Object.keys(before.flags).map((key) => [key, true])) as Settings["flags"],
    sysvipc: true,
    childrenMax: 3,
    securelevel: 1,
    enforceStatfs: 1,
    devfsRuleset: 4,
    execTimeout: 60,
    stopTimeout: 20,
    depend: ["www"],
    autostart: true,
  };
  await configure(() => wished);
  expect((await ask()).settings).toEqual(wished);
  expect(text()).toMatch(/# Anna's jail[^]*allow\.reserved_ports; \/\* as ever \*\//);
  await configure(() => before);
  expect((await ask()).settings).toEqual(before);
});

test("refuses what is not free, each at its field, and the daemon's own schema the rest", async () => {
  const wire = host.host.interface;
  const network = (ip4: string[], name = wire) => by({ network: { interface: name, ip4, ip6: [] } });
  const fields = async (change: (now: Settings) => Settings) =>
    (await refusal(change)).problems.map((one) => `${one.field} ${one.code}`);
  expect(await fields(network([host.address(2)]))).toEqual(["ip4.0 address_taken"]);
  expect(await fields(network([host.address(1), host.address(1)]))).toEqual(["ip4.1 invalid"]);
  expect(await fields(network(["192.0.2.77"]))).toEqual(["ip4.0 address_outside_pools"]);
  expect(await fields(network([]))).toEqual(["ip4 invalid"]);
  expect(await fields(network([host.address(1)], "nowhere0"))).toContain("interface interface_missing");
  expect(await fields(by({ hostname: "www.example.org" }))).toEqual(["hostname exists"]);
  expect(await fields(by({ depend: ["nobody"] }))).toEqual(["depend.0 not_found"]);
  expect(await fields(by({ depend: [NAME] }))).toEqual(["depend.0 invalid"]);
  expect(await fields(by({ devfsRuleset: 5 }))).toEqual(["devfsRuleset invalid"]);
  for (const bad of [{ devfsRuleset: 2 }, { securelevel: 9 }, { "exec.start": "/bin/sh" }, { childrenMax: 1e9 }])
    expect((await refusal((now) => ({ ...now, ...bad }) as Settings)).code).toBe("invalid");
});

test("says that the file was changed meanwhile, and writes nothing", async () => {
  const { digest } = await ask();
  const edited = text().replace("# the end", "# the very end");
  writeFileSync(file, edited);
  expect((await refusal(by({}, { mlock: true }), digest)).code).toBe("changed");
  expect(text()).toBe(edited);
});

test("leaves the old file when jail(8) reads another parameter otherwise", async () => {
  const before = text();
  const tied = before.replace("exec.clean;", 'exec.clean; exec.poststart = "logger ${host.hostname}";');
  writeFileSync(file, tied);
  const { settings, digest } = await ask();
  const input = { name: NAME, digest, settings: { ...settings, hostname: "mx.example.org" } };
  const { body } = await host.client.raw("jail.configure", input);
  const events = await host.client.follow((body as { job: string }).job);
  expect(events.at(-1)).toMatchObject({ kind: "failed", failure: { code: "config_invalid" } });
  expect(JSON.stringify(events.at(-1))).toContain("exec.poststart");
  expect(text()).toBe(tied);
  writeFileSync(file, before);
});

test("shows what a running jail has against its file; now and restart apply it", async () => {
  await host.client.done("jail.start", { name: NAME });
  expect(await show()).toMatchObject({ state: "running", drift: false, differences: [] });
  await configure(by({}, { rawSockets: true }));
  expect((await show()).differences).toEqual([{ parameter: "allow.raw_sockets", file: "true", running: "false" }]);
  const listed = (await host.client.call("jail.list", {})).jails;
  expect(listed.map((one) => [one.name, one.drift])).toEqual([
    ["mail", true],
    ["www", false],
  ]);
  await configure(by({}, { chflags: true }), "now");
  expect((await show()).differences.map((one) => one.parameter)).toEqual(["allow.raw_sockets"]);

  writeFileSync(file, text().replace("allow.reserved_ports;", "allow.noreserved_ports;"));
  const network = { interface: host.host.interface, ip4: [host.address(6)], ip6: [] };
  await configure(by({ network, hostname: "mx.example.org" }, { procfs: true }));
  expect((await show()).differences.map((one) => one.parameter).sort()).toEqual([
    "allow.raw_sockets",
    "allow.reserved_ports",
    "host.hostname",
    "ip4.addr",
    "mount.procfs",
  ]);
  await configure(by({ hostname: "mail.example.org" }), "restart");
  expect(await show()).toMatchObject({ state: "running", drift: false, differences: [], addresses: [host.address(6)] });
  expect(host.addresses()).toContain(host.address(6));
  expect(host.addresses()).not.toContain(host.address(1));
});

test("a mistake in a file is shown in jail(8)'s words, and the list goes on", async () => {
  await host.client.done("jail.stop", { name: NAME });
  const sound = text();
  const broken = sound.replace("exec.clean;", "exec.clean");
  writeFileSync(file, broken);
  await poll("the mistake is seen", async () => (await show()).state === "broken");
  const detail = await show();
  expect(detail).toMatchObject({
    state: "broken",
    mistake: { said: expect.stringMatching(/line \d+: .*syntax error/) },
  });
  const line = broken.split("\n").findIndex((one) => one.includes("exec.start")) + 1;
  expect(detail.mistake!.line).toBe(line);
  expect((await host.client.call("jail.list", {})).jails.map((one) => [one.name, one.state])).toEqual([
    ["mail", "broken"],
    ["www", "stopped"],
  ]);
  expect((await host.client.raw("jail.settings", { name: NAME })).body).toMatchObject({ code: "config_invalid" });
  writeFileSync(file, sound);
  await poll("the mended file is read", async () => (await show()).state === "stopped");
  expect((await show()).mistake).toBeNull();
});

test("a jail without an id is only looked at", async () => {
  const path = `${host.host.etc}/jail.conf.d/byhand.conf`;
  writeFileSync(path, "byhand { path = /nowhere; }\n");
  chmodSync(path, 0o600);
  expect((await host.client.raw("jail.settings", { name: "byhand" })).body).toMatchObject({ code: "foreign" });
});

test("a jail with a network stack of its own: nothing differs, its cable stays, its other settings change", async () => {
  const name = "cabled";
  await host.client.done("jail.create", host.spec(name, 9, { network: "vnet", interface: "bridge0" }));
  await host.client.done("jail.start", { name });
  const shown = () => host.client.call("jail.show", { name });
  expect((await shown()).differences).toEqual([]);
  const { settings, digest } = await host.client.call("jail.settings", { name });
  expect(settings.network).toBeNull();
  const wished = { ...settings, hostname: "cable.example.org", devfsRuleset: 5, childrenMax: 2 };
  await host.client.done("jail.configure", { name, digest, settings: wished, apply: "restart" });
  expect(await shown()).toMatchObject({ state: "running", hostname: "cable.example.org", differences: [] });
});
