import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseIfconfig } from "./conf/ifconfig.ts";
import type { JobRef } from "../contract/job.ts";
import { TestHost } from "./testing/dev-host.ts";
import { poll } from "./testing/poll.ts";

// Jails with a network stack of their own: what they reach, what is refused, and that no epair is ever left behind.

const NAME = "victim";
let host: TestHost;

beforeAll(async () => {
  host = await TestHost.start();
  for (const [n, name] of ["one", "two"].entries()) await host.client.done("jail.create", vnet(name, n));
  await host.client.done("jail.create", vnet(NAME, 3));
});
afterAll(() => host?.stop());

const vnet = (name: string, n: number, more = {}) =>
  host.spec(name, n, { network: "vnet", interface: "bridge0", ...more });
const config = (name: string) => join(host.host.etc, "jail.conf.d", `${name}.conf`);
const unitOf = (name: string) => /epair([0-9]+) create/.exec(readFileSync(config(name), "utf8"))![1]!;
const row = async (name: string) => (await host.client.call("jail.list", {})).jails.find((one) => one.name === name);
const interfaces = () => parseIfconfig(host.run("ifconfig", ["-a"]).stdout);
/** Ends of a jail's epair that are on the host, by whatever name. */
const ends = (name: string) =>
  interfaces()
    .map((one) => one.name)
    .filter((one) => /^(kn|epair)/.test(one) && one.includes(unitOf(name)));
const members = () => interfaces().find((one) => one.name === "bridge0")!.members;

/** Whether somebody in `from` reaches port 4711 of an address, where `to` listens. */
async function reaches(from: string, to: string, address: string): Promise<string> {
  const listen = `my $l = IO::Socket::INET->new(LocalPort => 4711, Listen => 1, ReuseAddr => 1) or die; fork and exit;
    open STDOUT, ">/dev/null"; open STDERR, ">/dev/null"; alarm 20; my $c = $l->accept; print $c "${to}"; close $c`;
  const ask = `my $s = IO::Socket::INET->new(PeerAddr => "${address}:4711", Timeout => 10) or die "no answer"; print scalar <$s>`;
  const perl = (jail: string, script: string) =>
    host.run("jexec", [jail, "/usr/bin/perl", "-MIO::Socket::INET", "-e", script]);
  expect(perl(to, listen).status).toBe(0);
  const { stdout, stderr } = perl(from, ask);
  return stdout || stderr;
}

test("two of them start, reach each other, and go without a trace", async () => {
  for (const name of ["one", "two"]) await host.client.done("jail.start", { name });
  expect(members()).toEqual([host.host.interface, `kn${unitOf("one")}a`, `kn${unitOf("two")}a`]);
  expect(await row("one")).toMatchObject({ state: "running", addresses: [host.address(0)] });
  expect(host.addresses()).not.toContain(host.address(0));
  expect(await reaches("one", "two", host.address(1))).toBe("two");
  expect(await reaches("two", "one", host.address(0))).toBe("one");
  for (const name of ["one", "two"]) {
    await host.client.done("jail.stop", { name });
    expect([name, ends(name), host.mounts(name)]).toEqual([name, [], []]);
  }
});

test("its rc.conf says what rc.d/netif and rc.d/routing must know", async () => {
  const { interface: wire, pool } = host.host;
  const gateway = host.address(200);
  await host.client.call("host.configure", {
    pools: [{ interface: wire, block: pool, gateway, reserved: [host.address(9)] }],
  });
  await host.client.done("jail.create", vnet("routed", 5));
  const text = readFileSync(join(host.host.jails, "routed/etc/rc.conf"), "utf8");
  expect(text).toContain(`ifconfig_kn${unitOf("routed")}b="up"\ndefaultrouter="${gateway}"\n`);
  await host.client.done("jail.destroy", { name: "routed" });
});

test.each([
  ["an address of a running vnet jail, which jls does not tell", 0, {}, "ip4.0", "address_taken"],
  ["a reserved one", 9, {}, "ip4.0", "address_taken"],
  ["the gateway", 200, {}, "ip4.0", "address_taken"],
  ["an interface that is no bridge", 6, { interface: "lo0" }, "interface", "invalid"],
  ["a bridge that is not there", 6, { interface: "bridge9" }, "interface", "interface_missing"],
])("refused at its field: %s", async (_, n, more, field, code) => {
  if ((await row("one"))!.state !== "running") await host.client.done("jail.start", { name: "one" });
  const { problems } = await host.client.refused("jail.create", vnet("three", n, more));
  expect(problems).toContainEqual(expect.objectContaining({ field, code }));
});

test("a jail with a shared address is not started with that of a running vnet jail", async () => {
  await host.client.done("jail.create", host.spec("shared", 7));
  writeFileSync(config("shared"), readFileSync(config("shared"), "utf8").replace(host.address(7), host.address(0)));
  expect(await host.client.failed("jail.start", { name: "shared" })).toMatchObject({ code: "address_taken" });
  await host.client.done("jail.destroy", { name: "shared" });
});

test("a start that fails half-way takes its epair away, and one that was left is no obstacle", async () => {
  const sound = readFileSync(config(NAME), "utf8");
  writeFileSync(config(NAME), sound.replace("'/bin/sh /etc/rc'", "'/usr/bin/false'"));
  expect((await host.client.failed("jail.start", { name: NAME })).code).toBe("start_failed");
  expect([ends(NAME), host.mounts(NAME)]).toEqual([[], []]);
  writeFileSync(config(NAME), sound);
  host.run("ifconfig", [`epair${unitOf(NAME)}`, "create", "up"]);
  await host.client.done("jail.start", { name: NAME });
  expect(ends(NAME)).toEqual([`kn${unitOf(NAME)}a`]);
  await host.client.done("jail.stop", { name: NAME });
});

test("without its bridge it does not start, and the reason is said", async () => {
  const sound = readFileSync(config(NAME), "utf8");
  writeFileSync(config(NAME), sound.replaceAll("bridge0", "bridge5"));
  const failure = await host.client.failed("jail.start", { name: NAME });
  expect(failure).toMatchObject({ code: "interface_missing", message: "The host has no bridge bridge5." });
  writeFileSync(config(NAME), sound);
});

const STEPS = {
  "jail.start": ["check", "tidy", "jail", "verify"],
  "jail.stop": ["shells", "jail", "force", "tidy", "verify"],
};
/** In every run the two moments take turns over the steps, but for those of jail(8); KNAST_KILL=all: both at each. */
const momentsOf = (step: string, turn: number) =>
  process.env.KNAST_KILL === "all" || step === "jail" ? ["before", "after"] : [turn % 2 === 0 ? "after" : "before"];
const POINTS = Object.entries(STEPS).flatMap(([verb, steps]) =>
  steps.flatMap((step, n) =>
    momentsOf(step, n).map((when) => [verb as keyof typeof STEPS, `${step}:${when}`] as const),
  ),
);

test.each(POINTS)("killed in %s, %s: a whole cable or none", async (verb, point) => {
  const up = (await row(NAME))!.state === "running";
  if (up !== (verb === "jail.stop")) await host.client.done(up ? "jail.stop" : "jail.start", { name: NAME });
  await host.killedAt(`${verb}:${point}`, () => host.client.raw(verb, { name: NAME }));
  await poll("knastd has tidied up", async () => host.scratch().length === 0 && (await row(NAME))!.job === null);
  const { status, body } = await host.client.raw(verb, { name: NAME });
  if (status === 202) expect((await host.client.follow((body as JobRef).job)).at(-1)).toMatchObject({ kind: "done" });
  else expect(body).toMatchObject({ code: verb === "jail.start" ? "already_running" : "not_running" });
  const running = (await row(NAME))!.state === "running";
  expect(running).toBe(verb === "jail.start");
  expect(ends(NAME)).toEqual(running ? [`kn${unitOf(NAME)}a`] : []);
  expect(members()!.includes(`kn${unitOf(NAME)}a`)).toBe(running);
  expect(host.mounts(NAME).length).toBe(running ? 3 : 0);
});
