import { expect, test } from "vitest";
import { ImageWatch, PictureWriter } from "./images.ts";

const bytes = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));
const nothing = () => {};

test.each(["\x1bPq#0~\x1b\\", "ls\r\n\x1bP0;1;0q", "\x1b]1337;File=inline=1:AA\x07", "\x1b[c", "\x1b[0c"])(
  "%j is for the addon, in whatever pieces it comes",
  (text) => {
    expect(new ImageWatch().sees(bytes(text))).toBe(true);
    for (let cut = 1; cut < text.length; cut++) {
      const watch = new ImageWatch();
      expect([watch.sees(bytes(text.slice(0, cut))), watch.sees(bytes(text.slice(cut)))]).toContain(true);
    }
    const single = new ImageWatch();
    expect([...text].map((c) => single.sees(bytes(c)))).toContain(true);
  },
);

test.each(["plain", "\x1b[1;31mred\x1b[m", "\x1b]0;title\x07", "\x1b]133;A\x07", "\x1b[>c", "\x1b[?1;2c"])(
  "%j is not",
  (text) => {
    const watch = new ImageWatch();
    expect([...text].some((c) => watch.sees(bytes(c)))).toBe(false);
    expect(new ImageWatch().sees(bytes(text))).toBe(false);
  },
);

test("what follows waits for the addon and keeps its order; it is loaded once", async () => {
  const written: string[] = [];
  let loads = 0;
  let ready = nothing;
  const writer = new PictureWriter(
    (piece) => written.push(String.fromCharCode(...piece)),
    () => {
      loads++;
      return new Promise((resolve) => (ready = resolve));
    },
  );
  writer.write(bytes("a"), nothing);
  writer.write(bytes("\x1bPq"), nothing);
  writer.then(() => written.push("reset"));
  writer.write(bytes("b\x1bPq"), nothing);
  expect(written).toEqual(["a"]);
  ready();
  await new Promise((resolve) => setTimeout(resolve));
  writer.write(bytes("\x1bPqc"), nothing);
  expect(written).toEqual(["a", "\x1bPq", "reset", "b\x1bPq", "\x1bPqc"]);
  expect(loads).toBe(1);
});

test("an addon that doesn't come holds nothing up", async () => {
  const written: string[] = [];
  const writer = new PictureWriter(
    (piece) => written.push(String.fromCharCode(...piece)),
    () => Promise.reject(new Error("offline")),
  );
  writer.write(bytes("\x1b[c"), nothing);
  await new Promise((resolve) => setTimeout(resolve));
  expect(written).toEqual(["\x1b[c"]);
});
