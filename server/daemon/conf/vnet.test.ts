import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { JailSpec, Switches } from "../../contract/jail.ts";
import { Pool } from "../../contract/pool.ts";
import { isBridge, parseIfconfig } from "./ifconfig.ts";
import { renderJailConf } from "./jail-conf.ts";
import { addressesOf } from "./jail-export.ts";
import { planJail, vnetOf } from "./plan.ts";
import { proposePerPool } from "./propose-address.ts";
import { chooseUnit, readVnet, unitsIn, type Vnet, vnetCommands } from "./vnet.ts";
import type { PlanHost } from "./validate.ts";

const data = (name: string) => readFileSync(new URL(`testdata/${name}`, import.meta.url), "utf8");
const paths = { jails: "/usr/jails", etc: "/etc", log: "/var/log" };
const id = "0123456789abcdef0123456789abcdef";
const interfaces = parseIfconfig(data("ifconfig-bridge.txt"));
const vnet: Vnet = {
  bridge: "bridge0",
  unit: 1042,
  addresses: [
    { address: "10.0.2.201", bits: 24 },
    { address: "2001:db8::1", bits: 64 },
  ],
};
const pool = (more: object) => Pool.parse({ interface: "vtnet0", block: "10.0.2.0/24", ...more });
const host: PlanHost = {
  paths,
  pools: [pool({ gateway: "10.0.2.1", reserved: ["10.0.2.2-10.0.2.99", "10.0.2.254"] })],
  interfaces,
  units: unitsIn(interfaces, []),
  configured: [{ name: "mail", hostname: "mail.org", addresses: ["10.0.2.202"] }],
  running: [],
  base: true,
  nameservers: [],
};
const spec = (more: object = {}) =>
  JailSpec.parse({ hostname: "a.org", interface: "bridge0", network: "vnet", ip4: ["10.0.2.201"], ...more });
const problems = (more: object) => planJail(spec(more), host).problems.map((one) => `${one.field} ${one.code}`);
/** As `jail -e` prints lists. */
const params = (values: Record<string, string[] | null>) =>
  Object.entries(values).map(([name, list]) => ({ name, value: list?.join(",") ?? null }));

describe("a bridge in ifconfig -a", () => {
  it("has its group and its members", () => {
    expect(interfaces.map((one) => [one.name, isBridge(one), one.members ?? []])).toEqual([
      ["vtnet0", false, []],
      ["lo0", false, []],
      ["bridge0", true, ["kn1042a", "vtnet0"]],
      ["kn1042a", false, []],
    ]);
  });
});

describe("vnet", () => {
  it("renders the golden block, and none of a shared network's lines", () => {
    const switches = Switches.parse({ procfs: true, sysvipc: true });
    const text = renderJailConf({
      ...{ name: "erdgeist_org", id, hostname: "erdgeist.org", interface: "bridge0" },
      ...{ ip4: ["10.0.2.201"], ip6: ["2001:db8::1"], switches, paths, vnet },
    });
    expect(text).toBe(data("golden-vnet.conf"));
  });

  it("is read back from what it renders to", () => {
    const { prestart, start, poststop } = vnetCommands(vnet);
    const read = params({
      vnet: null,
      "vnet.interface": ["kn1042b"],
      "exec.prestart": prestart,
      "exec.start": [...start, "/bin/sh /etc/rc"],
      "exec.poststop": poststop,
    });
    expect(readVnet(read)).toEqual({ inside: ["kn1042b"], ...vnet });
    expect(addressesOf({ name: "x", params: read })).toEqual(["10.0.2.201", "2001:db8::1"]);
    expect([...unitsIn([], [read])]).toEqual([1042]);
  });

  it("reads the recorded one, whose epair is not ours to destroy", () => {
    const read = params({
      vnet: null,
      "vnet.interface": ["e9b_vn"],
      "exec.prestart": ["/sbin/ifconfig epair9 create up", "/sbin/ifconfig epair9b name e9b_vn"],
      "exec.start": ["/sbin/ifconfig e9b_vn inet 10.9.0.2/24 up"],
      "exec.poststart": ["/sbin/ifconfig e9a_vn inet 10.9.0.1/24"],
    });
    const addresses = [{ address: "10.9.0.2", bits: 24 }];
    expect(readVnet(read)).toEqual({ inside: ["e9b_vn"], bridge: null, unit: null, addresses });
    expect([...unitsIn([], [read])]).toEqual([9]);
  });

  it("is none without the flag", () => {
    for (const values of [{}, { novnet: null }, { vnet: ["inherit"] }])
      expect(readVnet(params(values as Record<string, string[]>))).toBeNull();
  });

  it("takes a unit that nobody has", () => {
    const first = chooseUnit(id, new Set());
    expect(chooseUnit(id, new Set([first]))).toBe(first + 1);
    expect(chooseUnit("ffffffff", new Set([32_767]))).toBeLessThan(32_767);
  });

  it.each([
    { ...vnet, bridge: "bridge0 destroy" },
    { ...vnet, unit: 1.5 },
    { ...vnet, addresses: [{ address: "10.0.0.1; reboot", bits: 24 }] },
  ])("renders no other thing than names and addresses", (bad) => {
    expect(() => vnetCommands(bad)).toThrow();
  });
});

describe("planning a vnet jail", () => {
  it("takes addresses of the pools of the bridge's members, with the network's prefix and the pool's gateway", () => {
    const plan = vnetOf(spec({ ip6: [] }), host, id)!;
    expect(plan.vnet.addresses).toEqual([{ address: "10.0.2.201", bits: 24 }]);
    expect(plan.rcConf).toEqual([`ifconfig_kn${plan.vnet.unit}b="up"`, 'defaultrouter="10.0.2.1"']);
    expect(problems({})).toEqual([]);
  });

  it.each([
    [{ interface: "vtnet0" }, "interface invalid"],
    [{ interface: "bridge7" }, "interface interface_missing"],
    [{ ip4: ["10.0.2.1"] }, "ip4.0 address_taken"],
    [{ ip4: ["10.0.2.99"] }, "ip4.0 address_taken"],
    [{ ip4: ["10.0.2.202"] }, "ip4.0 address_taken"],
    [{ ip4: ["10.0.2.15"] }, "ip4.0 address_taken"],
    [{ ip4: ["10.0.2.255"] }, "ip4.0 invalid"],
    [{ network: "shared" }, "ip4.0 address_outside_pools"],
  ])("%o is refused: %s", (more, expected) => {
    expect(problems(more)).toContain(expected);
  });
});

describe("a pool's reserved addresses", () => {
  it("are never proposed", () => {
    expect(proposePerPool(host.pools, [])).toEqual([{ interface: "vtnet0", address: "10.0.2.100" }]);
    const big = pool({ block: "2001:db8::/64", reserved: ["2001:db8::-2001:db8::7fff:ffff:ffff:ffff"] });
    expect(proposePerPool([big], [])).toEqual([{ interface: "vtnet0", address: "2001:db8:0:0:8000::" }]);
  });

  it.each([
    [{ reserved: ["10.0.3.1"] }, "reserved.0"],
    [{ reserved: ["10.0.2.9-10.0.2.3"] }, "reserved.0"],
    [{ reserved: ["10.0.2.9-2001:db8::1"] }, "reserved.0"],
    [{ gateway: "2001:db8::1" }, "gateway"],
    [{ gateway: "10.0.2.1 up" }, "gateway"],
  ])("%o is refused at its field", (more, field) => {
    const parsed = Pool.safeParse({ interface: "vtnet0", block: "10.0.2.0/24", ...more });
    expect(parsed.error?.issues.map((one) => one.path.join("."))).toContain(field);
  });
});
