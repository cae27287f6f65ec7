import { describe, expect, it } from "vitest";
import { Offers, parseOffer } from "./offers.ts";

const hex = (path: string | Buffer) => `get;${Buffer.from(path as string).toString("hex")}`;

describe("an offer", () => {
  it("names one absolute path in hexadecimal and nothing else", () => {
    expect(parseOffer(hex("/root/a b\nä🦆"))).toBe("/root/a b\nä🦆");
    for (const text of [
      "",
      "get;",
      "put;2f61",
      "get;2f6",
      "get;2F61",
      "get;2f61;x",
      hex("relative"),
      hex("/a\0b"),
      hex(Buffer.from([0x2f, 0xff, 0xfe])),
      hex(`/${"x".repeat(1023)}`),
    ])
      expect(parseOffer(text), text).toBeNull();
  });

  it("is asked about once, and again only after a while", () => {
    const offers = new Offers();
    expect(offers.hear(hex("/a"), 0)).toBe("/a");
    expect(offers.hear(hex("/a"), 1)).toBeNull();
    offers.answered("/a", 1000);
    expect(offers.hear(hex("/a"), 5000)).toBeNull();
    expect(offers.hear(hex("/a"), 30_000)).toBe("/a");
  });

  it("of a jail that prints a thousand is few", () => {
    const offers = new Offers();
    let asked = 0;
    for (let i = 0; i < 1000; i++) {
      const path = offers.hear(hex(`/${i}`), i);
      if (path === null) continue;
      asked++;
      offers.answered(path, i);
    }
    expect(asked).toBe(5);
    for (let i = 0; i < 100; i++) offers.hear(hex(`/later/${i}`), 100_000);
    expect(offers.waiting.length).toBe(3);
    offers.muted = true;
    expect(offers.hear(hex("/more"), 1_000_000)).toBeNull();
  });
});
