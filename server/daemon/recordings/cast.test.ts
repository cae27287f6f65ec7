import { describe, expect, it } from "vitest";
import { Cast } from "./cast.ts";

type Event = [number, string, string];
const events = (text: string): Event[] =>
  text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Event);
const printed = (list: Event[]) =>
  list
    .filter(([, kind]) => kind === "o")
    .map(([, , text]) => text)
    .join("");

describe("an asciicast", () => {
  it("holds characters whole, wherever their bytes were cut", () => {
    const whole = Buffer.from("naïve 漢字 👍🏽 \x1b[31mrot\x1b[0m\r\n\0\x7f\u2028\ufeff end");
    for (let cut = 1; cut < whole.length; cut++) {
      const cast = new Cast();
      cast.printed(whole.subarray(0, cut));
      const first = cast.take();
      cast.printed(whole.subarray(cut));
      const list = events(first + cast.take(true));
      expect(printed(list), `cut at ${cut}`).toBe(whole.toString());
      for (const [, , text] of list) expect(text).not.toContain("\ufffd");
    }
  });

  it("takes its bytes at once: what becomes of the buffer is none of its affair", () => {
    const cast = new Cast();
    const shared = Buffer.from("first");
    cast.printed(shared);
    shared.write("LATER");
    expect(printed(events(cast.take()))).toBe("first");
  });

  it("shows what is no UTF-8, also at its very end", () => {
    const cast = new Cast();
    cast.printed(Buffer.from([0x61, 0xff, 0x62, 0xe6, 0xbc]));
    expect(printed(events(cast.take(true)))).toBe("a\ufffdb\ufffd");
  });

  it("is lines of time, kind and text, whose times never go back", () => {
    const cast = new Cast();
    cast.printed(Buffer.from('a\n"b"\\'));
    cast.resized(100, 30);
    cast.printed(Buffer.from("c"));
    const list = events(cast.take());
    expect(list.map(([, kind, text]) => [kind, text])).toEqual([
      ["o", 'a\n"b"\\'],
      ["r", "100x30"],
      ["o", "c"],
    ]);
    for (const [i, [at]] of list.entries()) expect(at).toBeGreaterThanOrEqual(list[i - 1]?.[0] ?? 0);
    expect(cast.take()).toBe("");
  });
});
