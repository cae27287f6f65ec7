import { isIPv4 as nodeIsIPv4, isIPv6 as nodeIsIPv6 } from "node:net";
import { describe, expect, it } from "vitest";
import { addressBytes, blockContains, canonicalAddress, formatAddress, isIPv4, isIPv6, parseBlock } from "./ip.ts";

/** A small generator with a seed, so that a failure can be repeated. */
function random(seed: number) {
  let state = seed >>> 0;
  return (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe("addresses", () => {
  it("agrees with node:net on 200,000 near-valid strings", () => {
    const next = random(7);
    const alphabet = "0123456789abcdef::::....g/%";
    let valid = 0;
    for (let i = 0; i < 200_000; i++) {
      let text: string;
      if (i % 3 === 0) text = Array.from({ length: 4 }, () => next(300)).join(".");
      else if (i % 3 === 1) {
        const groups = Array.from({ length: 1 + next(8) }, () => next(65536).toString(16));
        groups.splice(next(groups.length + 1), 0, "");
        text = (next(2) ? ":" : "") + groups.join(":") + (next(3) ? "" : ":");
      } else text = Array.from({ length: 1 + next(20) }, () => alphabet[next(alphabet.length)]).join("");
      const agreed = isIPv4(text) === nodeIsIPv4(text) && isIPv6(text) === (nodeIsIPv6(text) && !text.includes("%"));
      if (!agreed) expect.fail(`node:net thinks otherwise of ${text}`);
      if (isIPv4(text) || isIPv6(text)) valid++;
    }
    expect(valid).toBeGreaterThan(10_000);
  });

  it("prints RFC 5952's one spelling, which parses to the same bytes", () => {
    const table: [string, string][] = [
      ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
      ["2001:DB8::", "2001:db8::"],
      ["::ffff:10.0.0.1", "::ffff:a00:1"],
      ["0:0:0:0:0:0:0:0", "::"],
      ["1:0:0:2:0:0:0:3", "1:0:0:2::3"],
      ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
      ["10.0.2.15", "10.0.2.15"],
    ];
    for (const [text, canonical] of table) expect(canonicalAddress(text)).toBe(canonical);
    const next = random(11);
    for (let i = 0; i < 20_000; i++) {
      const bytes = Uint8Array.from({ length: i % 2 ? 16 : 4 }, () => (next(3) ? 0 : next(256)));
      if (!Buffer.from(addressBytes(formatAddress(bytes)) ?? []).equals(bytes)) expect.fail(bytes.join(" "));
    }
    expect(() => formatAddress(new Uint8Array(5))).toThrow(RangeError);
  });

  it("knows what lies in a block and refuses one with host bits", () => {
    const inside = (block: string, address: string) => blockContains(parseBlock(block)!, addressBytes(address)!);
    expect(inside("10.0.2.0/24", "10.0.2.255")).toBe(true);
    expect(inside("10.0.2.0/24", "10.0.3.0")).toBe(false);
    expect(inside("10.0.2.192/26", "10.0.2.191")).toBe(false);
    expect(inside("0.0.0.0/0", "255.255.255.255")).toBe(true);
    expect(inside("10.0.2.7/32", "10.0.2.7")).toBe(true);
    expect(inside("2001:db8::/33", "2001:db8:8000::")).toBe(false);
    expect(inside("10.0.2.0/24", "2001:db8::1")).toBe(false);
    for (const bad of [
      "10.0.2.1/24",
      "10.0.2.0",
      "10.0.2.0/33",
      "10.0.2.0/024",
      "10.0.2.0/24/1",
      "2001:db8::1/64",
      "x/8",
      "::/129",
    ])
      expect(parseBlock(bad), bad).toBeNull();
  });
});
