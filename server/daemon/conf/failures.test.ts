import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { explainJailFailure } from "./failures.ts";

const edge = readFileSync(new URL("testdata/edge.txt", import.meta.url), "utf8");
/** Lines of the recording from one heading to the next. */
const part = (heading: string) => edge.slice(edge.indexOf(heading) + heading.length).split(/^(?:===|---)/m)[0]!;

describe("explainJailFailure", () => {
  it.each([
    ["=== A: exec.start fails", "start_failed", /start script failed/],
    ["=== C: exec.timeout", "timed_out", /exec\.timeout/],
    ["=== E: symlinked mountpoint", "broken", /devfs .*symbolic link/],
    ["=== F: concurrent -c", "start_failed", /mounted in this jail already/],
    ["--- path = '/nonexistent'", "broken", /devfs is to be mounted is missing/],
    ["--- ip4.addr = '999.1.1.1'", "config_invalid", /999\.1\.1\.1/],
    ["--- ip4.addr = 'nosuch0|10.0.2.203'", "interface_missing", /nosuch0/],
    ["--- bogus.param = 1", "config_invalid", /bogus\.param/],
    ["--- mount.fstab = '/etc/nope'", "config_invalid", /fstab is missing/],
    ["--- interface = 'nosuch0'", "interface_missing", /nosuch0/],
    ["=== H: syntax error", "config_invalid", /line 1 /],
  ])("start, recorded %s: %s", (heading, code, message) => {
    expect(edge).toContain(heading);
    const explained = explainJailFailure(part(heading));
    expect([explained.code, explained.message]).toEqual([code, expect.stringMatching(message)]);
  });

  it("tells a cable from an address", () => {
    const said = (words: string) => explainJailFailure(`jail: vn: /sbin/ifconfig ${words}: failed\n`).message;
    expect(said("epair1042 create up")).toContain("network cable");
    expect(said("em0 inet 10.0.0.1/32 alias")).toContain("address");
  });

  it.each([
    ['jail: "mail" already exists\n', "start", "already_running"],
    ['jail: "nosuch" not found\n', "start", "config_invalid"],
    ['jail: a.b: jail "a" not found\n', "start", "config_invalid"],
    ["jail: /etc/jail.conf.d/nope.conf: No such file or directory\n", "start", "not_found"],
    ["mount_nullfs: /j/x/basejail: No space left on device\n", "start", "disk_full"],
    ['jail: "nosuch" not found\n', "stop", "not_running"],
    ['jail: mail: /bin/sh -c /bin/sh -c "exit 1": failed\n', "stop", "stop_failed"],
    ["jail: mail: /bin/sh /etc/rc.shutdown jail: timed out\n", "stop", "timed_out"],
    ["umount: unmount of /usr/jails/mail/basejail failed: Device busy\n", "stop", "still_mounted"],
    ["jail: mail: /sbin/ifconfig vtnet0 inet 10.0.2.202/32 -alias: failed\n", "stop", "stop_failed"],
    ["jail: vn: /sbin/ifconfig bridge0 addm kn1042a: failed\n", "start", "start_failed"],
    ["", "start", "start_failed"],
    ["", "stop", "stop_failed"],
    ["something new\n", "start", "start_failed"],
  ] as const)("%j on %s: %s", (text, verb, code) => expect(explainJailFailure(text, verb).code).toBe(code));

  it("passes on nothing that a jail could have written", () => {
    const evil = "<script>alert(1)</script>/usr/secret";
    for (const text of [
      `jail: mail: unknown parameter: ${evil}`,
      `ifconfig: interface ${evil} does not exist`,
      `jail: mail: ip4.addr: not an IPv4 address: ${evil}`,
      `jail: mail: mount.${evil}: /x is a symbolic link`,
      `jail: ${evil} line 3: ${evil}: syntax error`,
      `jail: mail: /bin/sh ${evil}: failed`,
    ])
      expect(explainJailFailure(text).message).not.toMatch(/script>|secret|alert/);
  });

  it("is not fooled by what a start script prints in the middle of a line", () => {
    const printed = "hello jail: mail: /etc/rc: timed out\n  ifconfig: interface em9 does not exist\n";
    expect(explainJailFailure(printed).code).toBe("start_failed");
  });
});
