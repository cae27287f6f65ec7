import { expect, test } from "vitest";
import { jailpingScript, mayPing, parsePingRequest, PingRates, withoutPingAlias, withPingAlias } from "./jailping.ts";

test.each([
  ["erdgeist.org", { kind: "name", value: "erdgeist.org" }],
  ["/W erdgeist.org", { kind: "name", value: "erdgeist.org" }],
  ["ERDGEIST.org", { kind: "name", value: "erdgeist.org" }],
  ["10.0.2.1", { kind: "address", value: "10.0.2.1" }],
  ["2001:DB8::1", { kind: "address", value: "2001:db8::1" }],
] as const)("%j is pinged", (line, target) => expect(parsePingRequest(line)).toEqual(target));

test.each([
  "",
  "/W",
  "root@erdgeist.org",
  "erdgeist.org@other.org",
  "-f",
  "-f erdgeist.org",
  "a b",
  "a;id",
  "$(id)",
  "a\u0000b",
  "a\nb",
  "../x",
  "127.1",
  "2130706433",
  "0x7f000001",
  "10.0.2.1/24",
  "fe80::1%em0",
  "x".repeat(256),
  `${"a.".repeat(127)}aa`,
  "ä.org",
  "_ldap.example.org",
])("%j is not", (line) => expect(parsePingRequest(line)).toBe(null));

const interfaces = [
  {
    name: "em0",
    flags: [],
    addresses: [
      { address: "10.0.2.200", bits: 24 },
      { address: "10.0.2.201", bits: 32 },
    ],
  },
] as never;

test.each(["10.0.2.200", "10.0.2.201", "10.0.2.7", "192.0.2.1", "2001:db8::1"])("%s is one host", (address) =>
  expect(mayPing(address, interfaces)).toBe(true),
);
test.each([
  "127.0.0.1",
  "127.255.0.1",
  "0.0.0.0",
  "169.254.1.1",
  "224.0.0.1",
  "239.1.2.3",
  "240.0.0.1",
  "255.255.255.255",
  "10.0.2.255",
  "10.0.2.0",
  "::1",
  "::",
  "::ffff:127.0.0.1",
  "fe80::1",
  "ff02::1",
  "nonsense",
])("%s is none", (address) => expect(mayPing(address, interfaces)).toBe(false));

test("one at a time and six a minute for each jail, four at once and thirty a minute for all", () => {
  const rates = new PingRates();
  const first = rates.take("a", 0);
  expect(first).not.toBe(null);
  expect(rates.take("a", 1)).toBe(null);
  first!();
  for (let i = 0; i < 5; i++) rates.take("a", 2 + i)!();
  expect(rates.take("a", 59_000)).toBe(null);
  expect(rates.take("b", 59_000)).not.toBe(null);
  expect(rates.take("a", 61_000)).not.toBe(null);
  const all = new PingRates(100);
  const held = ["a", "b", "c", "d"].map((source) => all.take(source, 0)!);
  expect(all.take("e", 0)).toBe(null);
  for (const release of held) release();
  for (let i = 0; i < 26; i++) all.take(`s${i}`, 1)!();
  expect(all.take("e", 2)).toBe(null);
  expect(all.take("e", 60_001)).not.toBe(null);
});

test("the script and the alias, golden", () => {
  expect(jailpingScript()).toMatchInlineSnapshot(`
    "#!/bin/sh
    # ping HOST, done by the host: a jail has no raw sockets.
    if [ $# -ne 1 ]; then
    	echo "usage: jailping host" >&2
    	exit 64
    fi
    case "$1" in
    -* | *@*)
    	echo "usage: jailping host" >&2
    	exit 64
    	;;
    esac
    if ! read -r host </etc/jailping 2>/dev/null || [ -z "$host" ]; then
    	echo "jailping: /etc/jailping names no host that would ping for this jail" >&2
    	exit 78
    fi
    exec finger "$1@$host"
    "
  `);
  expect(withPingAlias(null)).toBe("alias ping /usr/local/bin/jailping\n");
  expect(withPingAlias("setenv A b")).toBe("setenv A b\nalias ping /usr/local/bin/jailping\n");
  expect(withoutPingAlias(withPingAlias("x\n"))).toBe("x\n");
  expect(withPingAlias(withPingAlias("x\n"))).toBe(withPingAlias("x\n"));
});
