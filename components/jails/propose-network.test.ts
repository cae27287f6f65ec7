import { expect, test } from "vitest";
import { freeOn, moveTo, wiresFor } from "./propose-network.ts";

const wire = (name: string, more = {}) => ({ name, addresses: [], bridge: false, members: [], ...more });
const host = {
  interfaces: [wire("em0"), wire("lo0"), wire("bridge0", { bridge: true, members: ["em0"] })],
  free: [
    { interface: "em0", address: "10.0.2.10" },
    { interface: "em0", address: "2001:db8::1" },
    { interface: "lo0", address: "10.9.0.1" },
  ],
};
const form = { network: "shared" as const, interface: "em0", ip4: "10.0.2.10", ip6: "2001:db8::1" };

test("a stack of its own hangs on a bridge only, with the addresses of its members", () => {
  expect(wiresFor(host, "vnet").map((one) => one.name)).toEqual(["bridge0"]);
  expect(freeOn(host, { network: "vnet", interface: "bridge0" })).toEqual(["10.0.2.10", "2001:db8::1"]);
  expect(freeOn(host, { network: "shared", interface: "bridge0" })).toEqual([]);
  expect(moveTo(host, form, { network: "vnet" })).toEqual({ ...form, network: "vnet", interface: "bridge0" });
});

test("what was proposed gives way, what was typed stays", () => {
  expect(moveTo(host, form, { interface: "lo0" })).toMatchObject({ ip4: "10.9.0.1", ip6: "" });
  expect(moveTo(host, { ...form, ip4: "10.0.2.77" }, { interface: "lo0" }).ip4).toBe("10.0.2.77");
});

test("without a bridge no interface is made up", () => {
  const bare = { ...host, interfaces: host.interfaces.slice(0, 2) };
  expect(moveTo(bare, form, { network: "vnet" }).interface).toBe("");
});
