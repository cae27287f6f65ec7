import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { NO_LIMITS } from "../conf/rctl-conf.ts";
import { TestHost } from "../testing/dev-host.ts";

const M = 1024 ** 2;
const LIMITS = { ...NO_LIMITS, memoryBytes: 512 * M, processes: 100 };
let host: TestHost;
const racct = (on: boolean) => writeFileSync(join(host.host.state, "run/racct"), on ? "1\n" : "0\n");
const file = () => join(host.host.etc, "rctl.conf");
const text = () => (existsSync(file()) ? readFileSync(file(), "utf8") : "");
const kernel = (name: string) => host.run("rctl", [`jail:${name}`]).stdout;
const outputs = (events: { kind: string }[]) =>
  events.flatMap((one) => (one.kind === "output" ? [(one as unknown as { text: string }).text] : [])).join("\n");

beforeAll(async () => {
  host = await TestHost.start();
  await host.client.done("jail.create", host.spec("mail", 1, { limits: LIMITS }));
  await host.client.done("jail.create", host.spec("www", 2));
});
afterAll(() => host?.stop());
beforeEach(() => racct(true));

test("create writes the lines, and the plan has shown them", async () => {
  const plan = await host.client.call("jail.plan", host.spec("third", 3, { limits: LIMITS }));
  expect(plan.limits).toEqual({
    path: file(),
    text: "jail:third:memoryuse:deny=512M\njail:third:maxproc:deny=100\n",
  });
  expect(text()).toBe("jail:mail:memoryuse:deny=512M\njail:mail:maxproc:deny=100\n");
  expect(host.run("sysrc", ["-f", join(host.host.etc, "rc.conf"), "-n", "rctl_enable"]).stdout).toBe("YES\n");
  expect((await host.client.call("jail.plan", host.spec("third", 3))).limits).toBe(null);
});

test("a start gives the kernel the rules, those made by hand too and none that an earlier jail left; a stop takes them away", async () => {
  host.run("rctl", ["-a", "jail:mail:nthr:deny=3"]);
  const before = text();
  writeFileSync(file(), `${before}# watched\njail:mail:openfiles:log=2000\njail:mail:nonsense:deny=1\n`);
  const events = await host.client.done("jail.start", { name: "mail" });
  expect(kernel("mail")).toBe(
    "jail:mail:maxproc:deny=100\njail:mail:memoryuse:deny=536870912\njail:mail:openfiles:log=2000\n",
  );
  expect(outputs(events)).toContain("rctl: failed to add rule 'jail:mail:nonsense:deny=1'");
  const shown = await host.client.call("jail.limits", { name: "mail" });
  expect(shown).toMatchObject({ limits: LIMITS, holds: true, use: { terminals: 0 } });
  expect(shown.use!.processes).toBeGreaterThan(0);
  expect(shown.file.text).toContain("jail:mail:openfiles:log=2000\n");
  await host.client.done("jail.restart", { name: "mail" });
  expect(kernel("mail")).toContain("jail:mail:maxproc:deny=100\n");
  await host.client.done("jail.stop", { name: "mail" });
  expect(kernel("mail")).toBe("");
  expect((await host.client.call("jail.limits", { name: "mail" })).use).toBe(null);
});

test("a change holds at once in a running jail, and touches its own lines only", async () => {
  await host.client.done("jail.start", { name: "mail" });
  const limits = { ...NO_LIMITS, memoryBytes: 1024 * M, cpuPercent: 150 };
  await host.client.done("jail.set-limits", { name: "mail", limits });
  expect(kernel("mail")).toBe(
    "jail:mail:memoryuse:deny=1073741824\njail:mail:openfiles:log=2000\njail:mail:pcpu:deny=150\n",
  );
  expect(text()).toContain("# watched\njail:mail:openfiles:log=2000\n");
  await host.client.done("jail.set-limits", { name: "www", limits: { ...NO_LIMITS, processes: 20 } });
  expect(kernel("www")).toBe("");
  expect((await host.client.call("limits.list", {})).jails).toEqual([
    { name: "mail", limits },
    { name: "www", limits: { ...NO_LIMITS, processes: 20 } },
  ]);
  await host.client.done("jail.stop", { name: "mail" });
});

test("with racct off it says exactly that, and the jail starts all the same", async () => {
  racct(false);
  const said = "do not hold: kern.racct.enable=0. Add kern.racct.enable=1 to /boot/loader.conf and reboot.";
  expect(outputs(await host.client.done("jail.start", { name: "mail" }))).toContain(said);
  expect(outputs(await host.client.done("jail.set-limits", { name: "mail", limits: LIMITS }))).toContain(said);
  expect(await host.client.call("jail.limits", { name: "mail" })).toMatchObject({
    limits: LIMITS,
    holds: false,
    use: null,
  });
  await host.client.done("jail.stop", { name: "mail" });
});

test("a start that fails leaves no rule behind", async () => {
  const hidden = join(host.host.jails, "mail/etc/rc");
  const rc = readFileSync(hidden, "utf8");
  writeFileSync(hidden, "exit 1\n");
  await host.client.failed("jail.start", { name: "mail" });
  expect(kernel("mail")).toBe("");
  writeFileSync(hidden, rc);
});

test("values that FreeBSD or a jail could not live with are refused", async () => {
  for (const limits of [
    { ...LIMITS, memoryBytes: 1 },
    { ...LIMITS, processes: 0 },
    { ...LIMITS, processes: 1.5 },
    { ...LIMITS, cpuPercent: -1 },
    { ...LIMITS, memoryBytes: "1G" },
    { ...LIMITS, swapuse: 1 },
  ])
    expect(await host.client.refused("jail.set-limits", { name: "mail", limits: limits as never })).toMatchObject({
      code: "invalid",
    });
  expect((await host.client.refused("jail.set-limits", { name: "nosuch", limits: LIMITS })).code).toBe("not_found");
});

test("destroy takes the jail's rules out of the file; a namesake begins without them", async () => {
  await host.client.done("jail.destroy", { name: "mail" });
  expect(text()).toBe("# watched\njail:www:maxproc:deny=20\n");
  await host.client.done("jail.create", host.spec("mail", 1));
  expect((await host.client.call("jail.limits", { name: "mail" })).limits).toEqual(NO_LIMITS);
  rmSync(file());
  expect((await host.client.call("limits.list", {})).jails).toEqual([]);
});
