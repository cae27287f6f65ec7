import headless from "@xterm/headless";
import { describe, expect, test } from "vitest";
import { BEHAVIOUR, harden } from "@/components/terminal/behaviour.ts";
import { cases } from "../testing/random.ts";
import { cleanTitle, webAddress } from "@/components/terminal/text.ts";
import { isTerminalReport } from "../../contract/terminal-report.ts";
import { cleanLine } from "./clean-line.ts";
import { EscapeScanner } from "./escape-scanner.ts";
import { Past } from "./past.ts";
import { renderReplay } from "./replay.ts";

const SEQUENCES = cases(1_000_000);
const PER_ROUND = 20_000;

/** All that a terminal may say by itself: nothing in it is of the program's choice but numbers. */
const KINDS = [
  /^\x1b\[\?1;2c$|^\x1b\[>0;\d+;0c$/, // DA
  /^\x1b\[0n$|^\x1b\[\??\d+;\d+R$/, // DSR, CPR
  /^\x1b\[\??\d+;[0-4]\$y$/, // DECRPM
  /^\x1bP[01]\$r(?:[0-9;]*[mr]|[0-9;]* q|[0-9;]*"[pq])?\x1b\\$/, // DECRQSS
  /^\x1bP>\|xterm\.js\([0-9.a-z-]+\)\x1b\\$/, // XTVERSION
  /^\x1b\](?:4;\d{1,3}|1[0-2]);rgb:[0-9a-f/]+(?:\x07|\x1b\\)$/, // colours
];

/** A stream of the same sequences for the same seed. */
function source(seed: number) {
  let state = seed;
  const below = (n: number) => (state = (state * 48271) % 0x7fffffff) % n;
  const one = <T>(list: readonly T[]): T => list[below(list.length)]!;
  const numbers = () =>
    Array.from({ length: below(4) }, () => one(["", "0", "1", "6", "18", "1049", "2004", "99999999"]));
  const letters = (n: number) => String.fromCharCode(...Array.from({ length: n }, () => 0x20 + below(0x5f)));
  const ends = ["\x07", "\x1b\\", "\x9c", "\x18", ""];
  const kinds: (() => string)[] = [
    () =>
      `\x1b[${one(["", "?", ">", "=", "<", "!"])}${numbers().join(one([";", ":"]))}${one(["", "$", " ", '"', "'"])}${String.fromCharCode(0x40 + below(0x3f))}`,
    () =>
      `\x1b[${one(["c", ">c", "5n", "6n", "?6n", "?15n", "21t", "20t", "18t", "14t", "x", ">q", "?u", "?1$p", "4$p"])}`,
    () =>
      `\x1b${one(["]", "P", "X", "^", "_"])}${one(["0;", "2;", "52;c;", "8;;", "4;1;", "10;", "11;", "1337;File=", "$q", "+q", "", "9;", "777;"])}${one(["?", "bHM=", "javascript:alert(1)", letters(below(30)), "x".repeat(below(2000)), "\u202eevil\x01"])}${one(ends)}`,
    () => `\x1b${one(["", " ", "#", "%", "("])}${String.fromCharCode(0x30 + below(0x4f))}`,
    () => `\x1bP$q${one(["m", "r", " q", '"p', '"q', "echo pwned\r", letters(5)])}\x1b\\`,
    () => `\u009b${numbers().join(";")}${one(["c", "n", "R", "t", "m"])}`,
    () => letters(below(20)),
    () => String.fromCharCode(below(256)) + one(["\r", "\n", "\xc2", "漢", "👍", "\x0e", "\x0f"]),
  ];
  return () => one(kinds)();
}

describe(`${SEQUENCES} generated sequences`, () => {
  test("make a terminal say fixed things only, never the clipboard, a title of clean text; a replay of them nothing", async () => {
    const next = source(20_261_129);
    const clipboard = { asked: 0 };
    Object.defineProperty(globalThis.navigator ?? (globalThis.navigator = {} as Navigator), "clipboard", {
      configurable: true,
      get: () => void clipboard.asked++,
    });
    let replies = 0;
    let titles = 0;
    for (let done = 0; done < SEQUENCES; done += PER_ROUND) {
      const stream = Buffer.from(Array.from({ length: PER_ROUND }, next).join(""));
      const live = new headless.Terminal({ ...BEHAVIOUR, logLevel: "off", cols: 80, rows: 24 });
      harden(live);
      const odd: string[] = [];
      live.onData((said) => {
        replies++;
        if (!KINDS.some((kind) => kind.test(said)) || !isTerminalReport(said)) odd.push(said);
      });
      live.onBinary((said) => odd.push(said));
      live.onTitleChange((title) => {
        titles++;
        for (const clean of [cleanTitle(title), cleanLine(title)])
          if (clean.length > 512 || /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(clean)) odd.push(`title ${clean}`);
      });
      await new Promise<void>((resolve) => live.write(stream, resolve));
      expect(odd).toEqual([]);
      live.dispose();

      const again = new headless.Terminal({ ...BEHAVIOUR, logLevel: "off", cols: 80, rows: 24 });
      harden(again);
      const typed: string[] = [];
      again.onData((said) => typed.push(said));
      const half = stream.length >> 1;
      const past = new Past();
      past.add(stream.subarray(0, half));
      const { bytes } = renderReplay(past, stream.subarray(half), false);
      await new Promise<void>((resolve) => again.write(bytes, resolve));
      expect(typed).toEqual([]);
      again.dispose();
    }
    expect(clipboard.asked).toBe(0);
    // or it has tested nothing
    expect(replies).toBeGreaterThan(SEQUENCES / 50);
    expect(titles).toBeGreaterThan(SEQUENCES / 500);
  }, 600_000);

  test("a link leads to the web or nowhere", () => {
    for (const bad of [
      "javascript:alert(1)",
      "data:text/html,x",
      "file:///etc/passwd",
      "vbscript:x",
      "//x",
      "about:blank",
    ])
      expect(webAddress(bad), bad).toBeNull();
  });
});

describe("the scanner", () => {
  test.each(["\x1b]2;", "\x1bP", "\x1b_", "\x1bX", "\x1b]"])(
    "keeps 4096 bytes of a string at most, of whatever: %j",
    (begin) => {
      let longest = 0;
      const note = (text: string) => void (longest = Math.max(longest, text.length));
      const nothing = () => {};
      const scanner = new EscapeScanner({ csi: nothing, esc: nothing, shift: nothing, osc: note, dcs: note });
      scanner.feed(Buffer.from(begin, "latin1"));
      for (const part of ["\xc2", "\xc2A", "\xc2\xc2", "A", "\x01\xff"])
        scanner.feed(Buffer.from(part.repeat(20_000), "latin1"));
      scanner.feed(Buffer.from("\x1b\\", "latin1"));
      expect(longest).toBeLessThanOrEqual(4096);
    },
  );
});
