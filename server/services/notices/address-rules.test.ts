import { describe, expect, it } from "vitest";
import { canonical, mayReach } from "./address-rules.ts";

const own = new Set(["93.184.216.34", "2606:2800:220:1::1"]);

describe("without the admin's leave", () => {
  it.each(["8.8.8.8", "1.1.1.1", "172.15.255.255", "172.32.0.0", "2606:4700::1111", "2a00::1", "::ffff:8.8.8.8"])(
    "%s is reached",
    (address) => expect(mayReach(address, own, false)).toBe(true),
  );
  it.each([
    ...["127.0.0.1", "127.255.255.254", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"],
    ...["100.64.0.1", "169.254.169.254", "192.0.0.1", "198.18.0.1", "203.0.113.5", "224.0.0.1", "255.255.255.255"],
    ...["::1", "::", "fe80::1", "fe80::1%em0", "fc00::1", "fd12::1", "fec0::1", "ff02::1", "2001:db8::1", "2001::1"],
    ...["2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b::8.8.8.8", "::127.0.0.1", "100::1", "3fff::1"],
    ...["::ffff:127.0.0.1", "::ffff:7f00:1", "::FFFF:10.0.0.1", "0:0:0:0:0:ffff:a00:1", "::ffff:0:127.0.0.1"],
    // The host's own and a jail's, however they are spelled.
    ...["93.184.216.34", "::ffff:93.184.216.34", "2606:2800:220:1::1", "2606:2800:0220:0001:0:0:0:1"],
    ...["", "localhost", "8.8.8", "0x7f.1", "8.8.8.8%x", "2606:4700::1111%em0"],
  ])("%s is not", (address) => expect(mayReach(address, own, false)).toBe(false));
});

describe("with it", () => {
  it.each(["127.0.0.1", "10.0.0.1", "192.168.1.1", "::1", "fd12::1", "93.184.216.34", "8.8.8.8"])(
    "%s is reached",
    (address) => expect(mayReach(address, own, true)).toBe(true),
  );
  it.each([
    "0.0.0.0",
    "169.254.169.254",
    "::ffff:169.254.169.254",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "fe80::1",
    "ff02::1",
  ])("%s is not", (address) => expect(mayReach(address, own, true)).toBe(false));
});

it("spells an address one way", () => {
  expect(canonical("2606:2800:0220:0001:0:0:0:1")).toBe("2606:2800:220:1::1");
  expect(canonical("::ffff:5db8:d822")).toBe("93.184.216.34");
  expect(canonical("10.0.0.1")).toBe("10.0.0.1");
});
