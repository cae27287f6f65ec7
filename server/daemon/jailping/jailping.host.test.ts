import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TestHost } from "../testing/dev-host.ts";
import { poll } from "../testing/poll.ts";

let host: TestHost;
let address: string;

/** What a jail gets when it sends these bytes to the host's finger port; bash can talk TCP by itself. */
function finger(jail: string, bytes: string): string {
  const script = `exec 3<>/dev/tcp/${address}/79 && printf %b '${bytes}' >&3 && timeout 20 cat <&3`;
  return host.run("jexec", ["-l", jail, "/usr/bin/timeout", "30", "/bin/bash", "-c", script]).stdout;
}
const listening = () => host.client.call("jailping.info", {}).then((info) => info.listening);

beforeAll(async () => {
  host = await TestHost.start();
  await host.client.done("jail.create", host.spec("before", 0));
  const info = await host.client.call("jailping.info", {});
  expect(info).toMatchObject({ address: null, listening: false, problem: null });
  const [a, b, c] = host.host.pool.split(".");
  address = info.choices.find((one) => one.startsWith(`${a}.${b}.${c}.`))!;
  expect(address).toBeDefined();
});
afterAll(() => host?.stop());

test("off until it is switched on, and only at an address of the host itself", async () => {
  for (const wrong of ["127.0.0.1", "192.0.2.1", host.address(0)])
    expect((await host.client.refused("jailping.configure", { address: wrong })).code).toBe("invalid");
  expect(await host.client.call("jailping.configure", { address })).toMatchObject({ address, listening: true });
});

test("a jail that is made gets script, alias and address; its ping goes through the host", async () => {
  await host.client.done("jail.create", host.spec("guest", 1));
  await host.client.done("jail.start", { name: "guest" });
  const etc = join(host.host.jails, "guest/etc");
  expect(readFileSync(join(etc, "jailping"), "utf8")).toBe(`${address}\n`);
  expect(readFileSync(join(etc, "csh.cshrc"), "utf8")).toContain("alias ping /usr/local/bin/jailping\n");
  // Debian has no finger(1) here: what FreeBSD's sends, HOST and CR LF.
  const client = `#!/bin/bash\nexec 3<>/dev/tcp/\${1#*@}/79; printf '%s\\r\\n' "\${1%@*}" >&3; cat <&3\n`;
  writeFileSync(join(host.host.jails, "guest/usr/local/bin/finger"), client, { mode: 0o755 });
  const ping = (...args: string[]) => host.run("jexec", ["-l", "guest", "/usr/local/bin/jailping", ...args]);
  expect(ping(host.address(1)).stdout).toMatch(/4 packets transmitted, 4 packets received, 0\.0% packet loss/);
  expect(ping("192.0.2.9").stdout).toContain("100.0% packet loss");
  for (const args of [[], ["-f", "x"], ["-f"], ["a@b"]]) expect(ping(...args).status).toBe(64);
});

test("it is not switched while a jail is copied from the skeleton that it would change", async () => {
  const { job } = await host.client.call("jail.create", host.spec("copied", 3));
  const refusal = await host.client.refused("jailping.configure", { address });
  expect(refusal).toMatchObject({ code: "busy" });
  await host.client.follow(job);
  expect(await host.client.call("jailping.configure", { address })).toMatchObject({ address, listening: true });
  await host.client.done("jail.destroy", { name: "copied" });
});

test("what is no host is refused, and nothing is pinged", () => {
  for (const bytes of ["root@localhost\\r\\n", "\\r\\n", "-f\\r\\n", `${"x".repeat(300)}\\r\\n`, "a;id\\r\\n"])
    expect(finger("guest", bytes)).toBe("jailping: give one host name or address\r\n");
  for (const target of ["127.0.0.1", "224.0.0.1", "255.255.255.255", host.host.pool.replace("0/24", "255")])
    expect(finger("guest", `${target}\\r\\n`)).toMatch(/no single host|too many/);
});

test("one jail can't ask more than six times a minute; another one still can", async () => {
  for (let i = 0; i < 7; i++) finger("guest", "192.0.2.9\\r\\n");
  expect(finger("guest", "192.0.2.9\\r\\n")).toContain("too many at once or within a minute");
  await host.client.done("jail.start", { name: "before" });
  expect(finger("before", "192.0.2.9\\r\\n")).toContain("100.0% packet loss");
});

test("whoever is no running jail gets no byte", () => {
  const script = `exec 3<>/dev/tcp/${address}/79 && printf '192.0.2.9\\r\\n' >&3 && timeout 20 cat <&3`;
  expect(host.run("/usr/bin/timeout", ["30", "/bin/bash", "-c", script]).stdout).toBe("");
});

test("the listener is nobody; killed, it comes back; knastd's next start has it again; off is off", async () => {
  const children = () =>
    execFileSync("ps", ["-eo", "pid,uid,ppid,args"], { encoding: "utf8" })
      .split("\n")
      .filter((line) => line.includes(` jailping ${address}`));
  const [child] = children();
  expect(child?.trim().split(/\s+/)[1]).toBe("65534");
  await host.knastd.stop();
  await poll("the child has gone with it", () => children().length === 0);
  await host.startKnastd();
  await poll("it listens again", listening);
  const newjail = join(host.host.jails, "newjail");
  expect(existsSync(join(newjail, "usr/local/bin/jailping"))).toBe(true);
  expect(await host.client.call("jailping.configure", { address: null })).toMatchObject({ listening: false });
  expect(existsSync(join(newjail, "usr/local/bin/jailping"))).toBe(false);
  expect(readFileSync(join(newjail, "etc/csh.cshrc"), "utf8")).not.toContain("jailping");
  await poll("the child is gone", () => children().length === 0);
  expect(finger("guest", "192.0.2.9\\r\\n")).toBe("");
});
