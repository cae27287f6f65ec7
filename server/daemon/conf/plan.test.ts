import { describe, expect, it } from "vitest";
import { JailPlan, JailSpec } from "../../contract/jail.ts";
import { createSteps, planJail } from "./plan.ts";
import { proposeAddress, specialInBlock } from "./propose-address.ts";
import type { PlanHost } from "./validate.ts";

const host: PlanHost = {
  paths: { jails: "/usr/jails", etc: "/etc", log: "/var/log" },
  pools: [
    { interface: "vtnet0", block: "10.0.2.0/24" },
    { interface: "vtnet0", block: "2001:db8::/64" },
    { interface: "em1", block: "10.9.0.0/24" },
  ],
  units: new Set(),
  interfaces: [
    { name: "vtnet0", addresses: [{ address: "10.0.2.15", bits: 24 }] },
    { name: "em1", addresses: [{ address: "10.9.0.1", bits: 25 }] },
  ],
  configured: [
    { name: "mail", hostname: "mail.example.org", addresses: ["10.0.2.202"] },
    { name: "Old-Jail", hostname: "old.org", addresses: ["10.0.2.203", "2001:db8::203"] },
  ],
  running: [
    {
      jid: 2,
      name: "mail",
      dying: false,
      hostname: "mail.example.org",
      path: "/usr/jails/mail",
      addresses: ["10.0.2.202"],
    },
    { jid: 3, name: "byhand", dying: false, hostname: "x", path: "/x", addresses: ["10.0.2.204"] },
  ],
  base: true,
  nameservers: [],
};
const spec = (more: Partial<JailSpec> = {}) =>
  JailSpec.parse({ hostname: "erdgeist.org", interface: "vtnet0", ip4: ["10.0.2.201"], ...more });
const problems = (more: Partial<JailSpec>, on: PlanHost = host) =>
  planJail(spec(more), on).problems.map((one) => [one.field, one.code, one.message]);

describe("planJail", () => {
  it("plans erdgeist.org as erdgeist_org and finds nothing wrong", () => {
    const plan = JailPlan.parse(planJail(spec(), host));
    expect(plan.name).toBe("erdgeist_org");
    expect(plan.problems).toEqual([]);
    expect(plan.config.path).toBe("/etc/jail.conf.d/erdgeist_org.conf");
    expect(plan.fstab).toEqual({
      path: "/etc/fstab.erdgeist_org",
      text: "/usr/jails/basejail /usr/jails/erdgeist_org/basejail nullfs ro 0 0\n",
    });
    expect(plan.config.text).toContain("ip4.addr = '10.0.2.201/32';");
  });

  it("writes addresses in one way, and finds them taken in another spelling", () => {
    const plan = planJail(spec({ ip6: ["2001:0DB8:0::00AA"] }), host);
    expect(plan.config.text).toContain("ip6.addr = '2001:db8::aa/128';");
    expect(problems({ ip6: ["2001:DB8::0203"] })).toEqual([
      ["ip6.0", "address_taken", "The stopped jail Old-Jail has this address."],
    ]);
  });

  it.each([
    [{ name: "old_jail" }, []],
    [{ name: "mail" }, [["name", "exists", /jail mail already/]]],
    [{ name: "byhand" }, [["name", "exists", /byhand/]]],
    [{ hostname: "mail.example.org", name: "other" }, [["hostname", "exists", /mail has this host name/]]],
    [{ hostname: "byhand" }, [["hostname", "exists", /byhand/]]],
    [{ hostname: "basejail" }, [["hostname", "invalid", /reserved/]]],
    [{ interface: "em9" }, [["interface", "interface_missing", /em9/]]],
    [{ ip4: [] }, [["ip4", "invalid", /at least one/]]],
    [{ ip4: ["10.0.2.201", "10.0.2.201"] }, [["ip4.1", "invalid", /twice/]]],
    [{ ip4: ["192.168.1.1"] }, [["ip4.0", "address_outside_pools", /none of the host's pools/]]],
    [{ ip4: ["10.9.0.7"] }, [["ip4.0", "address_outside_pools", /pool of em1, not of vtnet0/]]],
    [{ ip4: ["10.0.2.202"] }, [["ip4.0", "address_taken", /running jail mail/]]],
    [{ ip4: ["10.0.2.203"] }, [["ip4.0", "address_taken", /stopped jail Old-Jail/]]],
    [{ ip4: ["10.0.2.204"] }, [["ip4.0", "address_taken", /running jail byhand/]]],
    [{ ip4: ["10.0.2.15"] }, [["ip4.0", "address_taken", /host itself .* vtnet0/]]],
    [{ ip4: ["10.0.2.0"] }, [["ip4.0", "invalid", /network address/]]],
    [{ ip4: ["10.0.2.255"] }, [["ip4.0", "invalid", /broadcast address/]]],
    [{ interface: "em1", ip4: ["10.9.0.127"] }, [["ip4.0", "invalid", /broadcast address/]]],
    [{ ip6: ["2001:db8::"] }, [["ip6.0", "invalid", /network address/]]],
    [{ ip4: ["10.0.2.201", "10.0.2.202"] }, [["ip4.1", "address_taken", /mail/]]],
  ])("%j: %j", (more, expected) => {
    const wanted = expected.map(([field, code, message]) => [field, code, expect.stringMatching(message as RegExp)]);
    expect(problems(more as Partial<JailSpec>)).toEqual(wanted);
  });

  it("finds a name that differs in case only", () => {
    const on = { ...host, configured: [{ name: "ERDGEIST_ORG", hostname: "x.org", addresses: [] }] };
    expect(problems({}, on)).toEqual([["hostname", "exists", "There is a jail ERDGEIST_ORG already."]]);
  });

  it("says that there is no base", () => {
    expect(problems({}, { ...host, base: false })).toEqual([
      ["base", "base_missing", expect.stringMatching(/no base jail/)],
    ]);
  });

  it("leaves what is wrong out of the file and still shows the rest", () => {
    const plan = planJail(spec({ ip4: ["10.0.2.201", "10.0.2.202"] }), host);
    expect(plan.config.text).toContain("ip4.addr = '10.0.2.201/32';");
    expect(plan.config.text).not.toContain("10.0.2.202");
    expect(JailPlan.parse(planJail(spec({ hostname: "all" }), host)).steps).toEqual([]);
  });

  it("has the order that a half-made jail is safe in", () => {
    const ids = createSteps(spec({ sshKeys: ["ssh-ed25519 AAAAAAAAAAAAAAAAAAAA"] }), host.paths).map((step) => step.id);
    expect(ids.slice(0, 5)).toEqual(["copy", "account", "keys", "resolv", "rc-conf"]);
    expect(ids.indexOf("place")).toBeGreaterThan(ids.indexOf("rc-conf"));
    expect(ids.indexOf("config")).toBeGreaterThan(ids.indexOf("fstab"));
    expect(new Set(ids).size).toBe(ids.length);
    expect(createSteps(spec(), host.paths).map((step) => step.id)).not.toContain("keys");
  });
});

describe("proposeAddress", () => {
  const { pools } = host;
  it("gives the first free of each family, never network, broadcast or what is taken", () => {
    expect(proposeAddress(pools, [])).toEqual({
      ip4: { interface: "vtnet0", address: "10.0.2.1" },
      ip6: { interface: "vtnet0", address: "2001:db8::1" },
    });
    const taken = ["10.0.2.1", "10.0.2.2", "2001:0db8::1"];
    expect(proposeAddress(pools, taken)).toMatchObject({
      ip4: { address: "10.0.2.3" },
      ip6: { address: "2001:db8::2" },
    });
  });
  it("goes on to the next pool when one is full, and says when all are", () => {
    const small = [
      { interface: "a0", block: "10.0.0.0/30" },
      { interface: "b0", block: "10.0.1.0/31" },
    ];
    const order = [];
    for (let next = proposeAddress(small, []).ip4; next; next = proposeAddress(small, order).ip4)
      order.push(next.address);
    expect(order).toEqual(["10.0.0.1", "10.0.0.2", "10.0.1.0", "10.0.1.1"]);
    expect(proposeAddress(small, order)).toEqual({ ip4: null, ip6: null });
    expect(proposeAddress([], [])).toEqual({ ip4: null, ip6: null });
  });
  it("crosses bytes, and comes to an end at the end of the world", () => {
    const taken = Array.from({ length: 255 }, (_, i) => `10.1.0.${i + 1}`);
    expect(proposeAddress([{ interface: "a0", block: "10.1.0.0/16" }], taken).ip4?.address).toBe("10.1.1.0");
    const last = [{ interface: "a0", block: "255.255.255.254/31" }];
    expect(proposeAddress(last, ["255.255.255.254", "255.255.255.255"]).ip4).toBeNull();
    expect(specialInBlock("255.255.255.0/24", "255.255.255.255")).toBe("broadcast");
    expect(specialInBlock("10.0.0.0/32", "10.0.0.0")).toBeNull();
  });
});
