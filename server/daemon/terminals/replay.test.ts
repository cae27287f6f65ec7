import { Terminal } from "@xterm/headless";
import { describe, expect, test } from "vitest";
import { cases } from "../testing/random.ts";
import { ModeTracker } from "./modes.ts";
import { OFFER_OSC } from "../../contract/shell-file.ts";
import { Past } from "./past.ts";
import { renderReplay } from "./replay.ts";
import { Ring } from "./ring.ts";

const COLS = 40;
const ROWS = 12;

/** Small, seeded: a failing case can be run again. */
function random(seed: number) {
  let state = seed * 2654435761 + 1;
  const next = (below: number) => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 0x9e3779b9) | 0;
    const mixed = Math.imul(state ^ (state >>> 13), 3266489917);
    return ((mixed ^ (mixed >>> 16)) >>> 0) % below;
  };
  return { next, pick: <T>(list: readonly T[]): T => list[next(list.length)]! };
}
type Random = ReturnType<typeof random>;

const WORDS = [
  "knast ",
  "ünï",
  "漢字",
  "e\u0301",
  "👍",
  "\r\n",
  "\t",
  "lqqk x",
  "a longer piece of text that wraps at the margin ",
  "\b",
];
/** What changes how later bytes are shown, and stays. */
const modes = (r: Random): string =>
  r.pick([
    () =>
      `\x1b[${r.pick(["0", "1", "2", "3", "4", "5", "7", "8", "9", "21", "22", "23", "24", "25", "27", "28", "29", "53", "55"])}m`,
    () => `\x1b[${r.pick([30, 40, 90, 100])! + r.next(8)}m`,
    () => `\x1b[${r.pick([38, 48, 58])};5;${r.next(256)}m`,
    () => `\x1b[${r.pick([38, 48])};2;${r.next(256)};${r.next(256)};${r.next(256)}m`,
    () => `\x1b[${r.pick([38, 48])}:2::${r.next(256)}:${r.next(256)}:${r.next(256)}m`,
    () => `\x1b[${r.pick([38, 48, 58])}:5:${r.next(256)}m`,
    () => `\x1b[1;${r.pick(["31", "4:3", "7"])};${r.pick(["44", "39", "49", "59"])}m`,
    () => "\x1b[m",
    () => `\x1b[${1 + r.next(4)};${6 + r.next(6)}r`,
    () => "\x1b[r",
    () => `\x1b[?${r.pick([1, 6, 7, 25, 45, 66, 1004, 2004, 1000, 1002, 1003, 9, 1006, 1016])}${r.pick(["h", "l"])}`,
    () => `\x1b[?1;7;2004${r.pick(["h", "l"])}`,
    () => `\x1b[4${r.pick(["h", "l"])}`,
    () => `\x1b[20${r.pick(["h", "l"])}`,
    () => `\x1b${r.pick(["(", ")", "*", "+"])}${r.pick(["0", "B", "A"])}`,
    () => r.pick(["\x0e", "\x0f", "\x1bn", "\x1bo"]),
    () => r.pick(["\x1b=", "\x1b>"]),
    () => `\x1b[${r.next(7)} q`,
    () => `\x1b]${r.pick(["0", "2"])};title ünï ${r.next(100)}${r.pick(["\x07", "\x1b\\"])}`,
    () => `\x1b[?${r.pick([1049, 1047, 47])}${r.pick(["h", "l"])}`,
    () => r.pick(["\x1b[!p", "\x1bc\x1b[?25h"]),
  ])();
/** Without a change between the two screens, as the other one was not drawn anew. */
const modesHere = (r: Random): string => {
  const piece = modes(r);
  return /\?(1049|1047|47)/.test(piece) ? "" : piece;
};
const moves = (r: Random): string =>
  r.pick([
    () => `\x1b[${1 + r.next(ROWS)};${1 + r.next(COLS)}H`,
    () =>
      `\x1b[${r.next(5)}${r.pick(["A", "B", "C", "D", "E", "F", "G", "d", "L", "M", "P", "X", "@", "S", "T", "b"])}`,
    () => `\x1b[${r.next(3)}${r.pick(["J", "K"])}`,
    () => r.pick(["\x1bD", "\x1bM", "\x1bE"]),
    () => r.pick(["\x1b7", "\x1b8", "\x1b[s", "\x1b[u"]),
    () => `\x1b]8;;https://example.org/${r.next(9)}\x07link\x1b]8;;\x07`,
    () => "\x1bX a string that is not shown \x1b\\",
    () => "\x1b[3\x0e1m",
  ])();
const QUERIES = [
  "\x1b[c",
  "\x1b[>c",
  "\x1b[6n",
  "\x1b[?6n",
  "\x1b[5n",
  "\x1b[?2004$p",
  "\x1b[4$p",
  "\x1bP$qm\x1b\\",
  "\x1bP$qr\x1b\\",
  "\x1b]10;?\x07",
  "\x1b]4;1;?\x1b\\",
  "\x1b]56278;get;2f61\x1b\\",
  "\x1b[18t",
  "\x1b[>q",
  "\x1b[?u",
  "\x1bZ",
  "\x1bP+q544e\x1b\\",
  "\x1b[?1;1;0S",
  "\x1b[?2;1S",
];
const stream = (r: Random, pieces: number, kinds: ((r: Random) => string)[]): string =>
  Array.from({ length: pieces }, () => r.pick(kinds)(r)).join("");

const write = (term: Terminal, data: Uint8Array | string) => new Promise<void>((done) => term.write(data, done));
function fresh() {
  const term = new Terminal({ cols: COLS, rows: ROWS, scrollback: 100, allowProposedApi: true, windowOptions: {} });
  const said: string[] = [];
  term.onData((data) => said.push(data));
  // XTSMGRAPHICS, which the browser's addon for pictures answers
  term.parser.registerCsiHandler({ prefix: "?", final: "S" }, () => said.push("S") > 0);
  for (const active of [OFFER_OSC, 52]) term.parser.registerOscHandler(active, (text) => said.push(text) > 0);
  // the colours that a theme has, which is the browser's
  for (const asked of [4, 10]) term.parser.registerOscHandler(asked, (text) => /\?/.test(text) && said.push(text) > 0);
  return { term, said };
}
/** One of xterm's words for colour and attributes without what an earlier colour has left in it. */
const look = (word: number) => word & [~0xffffff, ~0xffff00, ~0xffff00, ~0][(word >> 24) & 3]!;
type Internals = {
  coreService: { isCursorHidden: boolean; decPrivateModes: { cursorStyle?: string } };
  coreMouseService: { activeEncoding: string };
};
/** The screen that is seen: every cell with its look, the modes, the kind of screen, and the cursor. */
function picture(term: Terminal, cursor: boolean) {
  const buffer = term.buffer.active;
  const cells = [];
  const cell = buffer.getNullCell();
  const raw = cell as unknown as { fg: number; bg: number };
  for (let y = 0; y < ROWS; y++) {
    const line = buffer.getLine(buffer.baseY + y)!;
    let row = "";
    for (let x = 0; x < COLS; x++) {
      line.getCell(x, cell);
      row += `${cell.getChars() || " "}${look(raw.fg)}.${look(raw.bg & ~0x10000000)}|`;
    }
    cells.push(row);
  }
  const core = (term as unknown as { _core: Internals })._core;
  const hidden = core.coreService.isCursorHidden;
  const encoding = core.coreMouseService.activeEncoding;
  const style = core.coreService.decPrivateModes.cursorStyle;
  return {
    cells,
    type: buffer.type,
    modes: term.modes,
    hidden,
    encoding,
    style,
    ...(cursor ? { cursor: [buffer.cursorX, buffer.cursorY], baseY: buffer.baseY } : {}),
  };
}
/** All lines of the screen that is seen, with those above it. */
const lines = ({ buffer: { active } }: Terminal) =>
  Array.from({ length: active.length }, (_, y) => active.getLine(y)!.translateToString(true));
/** As text first: comparing twelve hundred cells one by one is slow. */
function same(seed: number, replayed: object, live: object) {
  if (JSON.stringify(replayed) !== JSON.stringify(live)) expect({ seed, ...replayed }).toEqual({ seed, ...live });
}
const cutAnywhere = (r: Random, bytes: Buffer, longest: number): Buffer[] => {
  const parts = [];
  for (let at = 0; at < bytes.length;) {
    const size = 1 + r.next(longest);
    parts.push(bytes.subarray(at, at + size));
    at += size;
  }
  return parts;
};
/** As the daemon keeps it: what does not fit the ring has gone to the past. */
function keep(r: Random, bytes: Buffer, capacity: number, { forgets = false, longest = 60 } = {}) {
  const past = new Past();
  const ring = new Ring(capacity, (gone) => past.add(gone));
  for (const part of cutAnywhere(r, bytes, longest)) ring.push(part);
  const before = ring.read(ring.start, ring.end).toString("latin1");
  const kept = ring.read(ring.start, ring.end);
  const from = forgets ? { modes: past.modes, below: () => null, begun: () => null } : past;
  const { bytes: replay, alternateScreen } = renderReplay(from, kept, ring.start === 0);
  expect(ring.read(ring.start, ring.end).toString("latin1")).toBe(before);
  return { replay, alternateScreen, start: ring.start };
}

describe("a replay", () => {
  test("of a stream that the ring holds whole shows the screen as it is: random streams", async () => {
    const streams = cases(1000, 5);
    for (let seed = 1; seed <= streams; seed++) {
      const r = random(seed);
      const bytes = Buffer.from(
        stream(r, 10 + r.next(80), [modes, moves, (s) => s.pick(WORDS), (s) => s.pick(QUERIES)]),
      );
      const live = fresh();
      await write(live.term, bytes);
      const { replay, alternateScreen } = keep(r, bytes, 1 << 20);
      const again = fresh();
      await write(again.term, replay);
      same(seed, picture(again.term, true), picture(live.term, true));
      expect([seed, again.said]).toEqual([seed, []]);
      expect([seed, alternateScreen]).toEqual([seed, live.term.buffer.active.type === "alternate"]);
      live.term.dispose();
      again.term.dispose();
    }
  }, 120_000);

  test("from the middle shows all that was drawn since, in the modes set before: random streams", async () => {
    let cut = 0;
    const streams = cases(1000, 5);
    for (let seed = 1; seed <= streams; seed++) {
      const r = random(seed + 10_000);
      const past = stream(r, 60 + r.next(60), [modes, modes, (s) => s.pick(WORDS)]);
      // the screen is drawn anew, as a program does that was told of a new size; colours of the past fill it
      const drawn = `\r\n\x1b[H\x1b[2J\x1b[H${stream(r, 10 + r.next(30), [(s) => s.pick(WORDS), (s) => s.pick(WORDS), modesHere])}`;
      const bytes = Buffer.from(past + drawn);
      const live = fresh();
      await write(live.term, bytes);
      // the ring ends somewhere in the past, often within a sequence or a character
      const capacity = Buffer.byteLength(drawn) + r.next(Math.floor(Buffer.byteLength(past) / 2));
      const { replay, start } = keep(r, bytes, capacity, { forgets: seed % 3 > 0 });
      if (start > 0) cut++;
      const again = fresh();
      await write(again.term, replay);
      // 2J on the normal screen keeps what was there in the scrollback, of which the middle knows nothing
      same(seed, picture(again.term, false), picture(live.term, false));
      live.term.dispose();
      again.term.dispose();
    }
    expect(cut).toBeGreaterThan(streams * 0.7);
  }, 120_000);

  test("of a full-screen program that has filled the ring brings back what is below it, once that ends: random streams", async () => {
    const streams = cases(400, 5);
    for (let seed = 1; seed <= streams; seed++) {
      const r = random(seed + 90_000);
      const modesThere = (s: Random) => modesHere(s).replace("\x1bc", "");
      const kinds = [modesThere, moves, (s: Random) => s.pick(WORDS), (s: Random) => s.pick(WORDS)];
      const way = r.pick([1049, 1049, 1047, 47]);
      let text = "";
      // the others leave the cursor where the program had it
      for (let program = way === 1049 ? r.next(3) : 0; program >= 0; program--) {
        // a prompt has its own look: what a program leaves behind of modes is another matter
        text += `\x1b[!p${stream(r, 10 + r.next(60), kinds)}\x1b[?${way}h\x1b[2J${stream(r, 60 + r.next(400), kinds)}`;
        if (program > 0) text += `\x1b[?${way}l`;
      }
      // drawn anew as it is attached to, as a program does that is told of a new size
      const drawn = `\x1b[!p\x1b[2J\x1b[H${stream(r, 10, [(s) => s.pick(WORDS), modesThere])}`;
      const live = fresh();
      await write(live.term, text + drawn);
      const bytes = Buffer.from(text + drawn);
      const { replay } = keep(r, bytes, Buffer.byteLength(drawn) + r.next(200), {
        longest: r.pick([1, 8, 60, 2000, 20_000]),
      });
      const again = fresh();
      await write(again.term, replay);
      same(seed, picture(again.term, false), picture(live.term, false));
      for (const one of [live, again]) await write(one.term, `\x1b[?${way}l`);
      same(seed, picture(again.term, way === 1049), picture(live.term, way === 1049));
      expect([seed, lines(again.term)]).toEqual([seed, lines(live.term)]);
      live.term.dispose();
      again.term.dispose();
    }
  }, 120_000);

  test("of an editor open for hours brings back the last lines before it, and the memory for that has a bound", async () => {
    const line = (i: number) => `\x1b[3${i % 8}mline ${i}\x1b[m\r\n`;
    const past = new Past();
    for (let i = 0; i < 20_000; i++) past.add(Buffer.from(line(i)));
    past.add(Buffer.from("$ vi\x1b[?1049h\x1b[?1h\x1b[?2004h"));
    for (let i = 0; i < 3000; i++) past.add(Buffer.from(`\x1b[H\x1b[3${i % 8}m${"~ ".repeat(500)}`));
    const { bytes } = past.below()!;
    expect(bytes.length).toBeGreaterThan(12 * 1024);
    expect(bytes.length).toBeLessThan(32 * 1024);
    const { term } = fresh();
    await write(term, renderReplay(past, Buffer.from("\x1b[2Jin vi"), false).bytes);
    expect(term.buffer.active.type).toBe("alternate");
    expect(term.modes).toMatchObject({ applicationCursorKeysMode: true, bracketedPasteMode: true });
    await write(term, "\x1b[?1049l");
    expect(lines(term).slice(-4)).toEqual(["line 19997", "line 19998", "line 19999", "$ vi"]);
    expect(lines(term).length).toBe(100 + ROWS);
    term.dispose();
  });

  /** What stands there when the program in front has ended, seen by who was there all the time and by who comes now. */
  async function afterwards(gone: string[], kept: string, end = "\x1b[?1049l") {
    const past = new Past();
    for (const piece of gone) past.add(Buffer.from(piece, "latin1"));
    const [live, again] = [fresh(), fresh()];
    await write(live.term, Buffer.from(gone.join("") + kept, "latin1"));
    await write(again.term, renderReplay(past, Buffer.from(kept, "latin1"), false).bytes);
    const during = [lines(live.term), lines(again.term)];
    for (const { term } of [live, again]) await write(term, end);
    const seen = [live, again].map(({ term }) => ({ lines: lines(term), cursor: term.buffer.active.cursorY }));
    for (const { term } of [live, again]) term.dispose();
    return { during, live: seen[0]!, again: seen[1]! };
  }
  const fill = (letter: string, times = 900) => `\x1b[H${letter.repeat(20)}`.repeat(times);
  const DRAWN = "\x1b[2J\x1b[Hdrawn";

  test.each([
    [
      "what stands between two programs",
      [
        "A\r\n$ less\r\n\x1b[?1049h",
        fill("x"),
        `${fill("x", 9)}\x1b[?1049l$ ls\r\none two\r\n$ vi\r\n\x1b[?1049h`,
        fill("y"),
      ],
    ],
    [
      "nothing that was erased between them",
      ["SECRET\r\n$ less\r\n\x1b[?1049h", fill("x"), "x\x1b[?1049l\x1b[H\x1b[2J\x1b[3J$ vi\r\n\x1b[?1049h", fill("y")],
    ],
    [
      "what is left by a sequence that is cut",
      ["A\r\n\x1b[?1049h", fill("x"), "\x1b[?10", "49lB\r\n$ vi\r\n\x1b[?1049h", fill("y")],
    ],
    ["a reset that is cut", ["SECRET\r\n\x1b[?1049h", fill("x"), "\x1b", "cB\r\n$ vi\r\n\x1b[?1049h", fill("y")]],
    [
      "C1 controls that are cut",
      ["A\r\n\xc2", "\x9b?1049h", fill("x"), "\xc2", "\x9b?1049lB\r\n\x1b[?1049h", fill("y")],
    ],
    ["many short visits", ["A\r\n", "\x1b[?1049hx\x1b[?1049l.".repeat(400), "\r\nB\r\n\x1b[?1049h", fill("y")]],
    [
      "the end of many lines",
      [..."x".repeat(5000)].map((_, i) => `line ${i}\r\n`).concat("$ vi\x1b[?1049h", fill("y")),
    ],
  ])("brings back %s", async (_, gone) => {
    const { during, live, again } = await afterwards(gone, DRAWN);
    expect(during[1]).toEqual(during[0]);
    expect(again).toEqual(live);
  });

  test("brings back what lies below a program whose begin is in the ring, or whose end has just left it", async () => {
    const gone = Array.from({ length: 3000 }, (_, i) => `line ${i}\r\n`);
    const begun = await afterwards(gone, `the last one\r\n$ vi\x1b[?1049h${fill("y")}`);
    expect(begun.again).toEqual(begun.live);
    for (const [out, rest] of [
      ["\x1b[?104", "9l$ "],
      ["", "\x1b[?1049l$ "],
      ["\x1b[?1049l", "$ "],
    ]) {
      const ended = await afterwards([...gone, "$ vi\x1b[?1049h", fill("y"), out!], rest!, "");
      expect(ended.again).toEqual(ended.live);
    }
  });

  test("shows nothing of what a program drew first and has wiped since", async () => {
    const { during } = await afterwards(["$ top\r\n\x1b[?1049h\x1b[5;1HOLD", `\x1b[2J${fill("x")}`], "\x1b[1;1Hy");
    expect(during[1]!.join("")).toBe("y");
  });

  test("of bytes that are no characters, within a question, asks nothing", async () => {
    const r = random(4711);
    for (const question of ["\x1b[c", "\x1b[6n", "\x1b[>c", "\x1b[?6n", "\x1bZ", "\x1b[18t", "\x1bP$qm\x1b\\"])
      for (const bad of [
        "\xc2",
        "\xc3",
        "\xe2\x82",
        "\x80",
        "\xf0\x9f\x91",
        "\xff",
        "\xed\xa0\x80",
        "\xc0\xaf",
        "\xef\xbb\xbf",
      ])
        for (let at = 1; at < question.length; at++) {
          const text = `漢\ufffd${r.pick(WORDS)}`;
          const bytes = Buffer.concat([
            Buffer.from(text),
            Buffer.from(question.slice(0, at) + bad + question.slice(at), "latin1"),
            Buffer.from(text),
          ]);
          const [live, again] = [fresh(), fresh()];
          await write(live.term, bytes);
          await write(again.term, renderReplay(new Past(), bytes, true).bytes);
          expect([question, bad, at, again.said]).toEqual([question, bad, at, []]);
          expect(lines(again.term)).toEqual(lines(live.term));
          live.term.dispose();
          again.term.dispose();
        }
  });

  test("of random bytes shows what xterm makes of them", async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const r = random(seed + 123_000);
      const odd = [
        0x80, 0xbf, 0xc0, 0xc2, 0xc3, 0xe0, 0xe2, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xf8, 0xff, 0x9f, 0xa0, 0xbb, 0xbd,
      ];
      // C1 controls would be sequences of their own
      const bytes = Buffer.concat(
        Array.from({ length: 120 }, () =>
          r.next(3) === 0
            ? Buffer.from(r.pick(["a", "é", "漢", "👍", "\ufffd", "\ufeff"]))
            : Buffer.from([r.pick(odd)]),
        ),
      );
      const [live, again] = [fresh(), fresh()];
      await write(live.term, Buffer.concat([bytes, Buffer.from("|end")]));
      await write(again.term, renderReplay(new Past(), bytes, true).bytes);
      await write(again.term, "|end");
      expect([seed, lines(again.term)]).toEqual([seed, lines(live.term)]);
      live.term.dispose();
      again.term.dispose();
    }
  });

  test.each([
    "\x1b]10;\n?\x07",
    "\x1b]10;?\r\x1b\\",
    `\x1b]4;${"1;red;".repeat(1100)}1;?\x07`,
    "\x1b]052;c;aGk=\x07",
    "\x1b]5\n2;c;aGk=\x07",
    "\x1b]056278;get;2f\x07",
  ])("does nothing that an OSC asks for in disguise: %j", async (osc) => {
    const [live, again] = [fresh(), fresh()];
    await write(live.term, `${osc}text`);
    await write(again.term, renderReplay(new Past(), Buffer.from(`${osc}text`), true).bytes);
    expect(live.said).not.toEqual([]);
    expect(again.said).toEqual([]);
    expect(lines(again.term)[0]).toBe("text");
  });

  test.each([
    ["on the normal screen", "\x1b]2;OLD\x07$ vi\r\n\x1b[?1049h", "\x1b]2;NEW\x07", "\x1b[?1049l$ "],
    ["on the alternate one", "\x1b]2;OLD\x07$ vi\r\n\x1b[?1049h", "\x1b]2;NEW\x07", ""],
    ["begun long before", "\x1b]2;OLD\x07$ vi\r\n\x1b[?1049h", "", `\x1b]2;${"n".repeat(80)}`, "mm\x07"],
  ])(
    "has the title that was set by a program whose output is gone, %s",
    async (_, before, set, after, kept = "text") => {
      const past = new Past();
      for (const piece of [before, fill("x"), set, fill("y"), after]) past.add(Buffer.from(piece));
      const [live, again] = [fresh(), fresh()];
      const titles = ["", ""];
      for (const [i, { term }] of [live, again].entries()) term.onTitleChange((title) => (titles[i] = title));
      await write(live.term, before + fill("x") + set + fill("y") + after + kept);
      await write(again.term, renderReplay(past, Buffer.from(kept), false).bytes);
      expect(titles[1]).toBe(titles[0]);
      expect(titles[0]).not.toBe("OLD");
    },
  );

  test.each([
    ["a picture", "\x1bPq", "\x1b\\"],
    ["an OSC", "\x1b]2;", "\x07"],
    ["an APC", "\x1b_", "\x1b\\"],
  ])("that begins within %s longer than all that is kept shows nothing of its rest", async (_, begin, end) => {
    for (const screen of ["", "\x1b[?1049h"]) {
      const past = new Past();
      past.add(Buffer.from(`${screen}${begin}${"~".repeat(100_000)}`));
      for (let i = 0; i < 20; i++) past.add(Buffer.alloc(8192, "~"));
      const { bytes } = renderReplay(past, Buffer.alloc(100_000, "~"), false);
      const { term } = fresh();
      await write(term, bytes);
      await write(term, `~~~~${end}done`);
      expect(lines(term).join("")).toBe("done");
      term.dispose();
    }
  });

  test("asks the terminal nothing, however the queries are mixed in", async () => {
    for (let seed = 1; seed <= 200; seed++) {
      const r = random(seed + 50_000);
      const bytes = Buffer.from(
        stream(r, 100, [(s) => s.pick(QUERIES), (s) => s.pick(QUERIES), (s) => s.pick(WORDS), modes]),
      );
      const again = fresh();
      await write(again.term, keep(r, bytes, 1 << 20).replay);
      expect([seed, again.said]).toEqual([seed, []]);
      const eightBit = Buffer.from(
        bytes.toString().replaceAll("\x1b[", "\x9b").replaceAll("\x1bP", "\x90").replaceAll("\x1b]", "\x9d"),
      );
      await write(again.term, "\x1bc");
      await write(again.term, keep(r, eightBit, 1 << 20).replay);
      expect([seed, "8 bit", again.said]).toEqual([seed, "8 bit", []]);
      again.term.dispose();
    }
  }, 60_000);

  test("begins neither within a character nor a sequence, and at a line where there is one", () => {
    const text = "漢字ünï \x1b[38;5;196mrot\x1b[0m ".repeat(30);
    for (let capacity = 20; capacity < 90; capacity++) {
      const { replay } = keep(random(capacity), Buffer.from(text), capacity, { forgets: true });
      expect(replay.toString()).not.toContain("\ufffd");
      expect(replay.toString("utf8").replace(/^(\x1b\[[0-9;?]*[a-zA-Z])+/, "")).toMatch(/^[漢字ünï rot\x1b]/);
    }
    const lines = Array.from({ length: 100 }, (_, i) => `line ${i}\r\n`).join("");
    expect(keep(random(1), Buffer.from(lines), 205, { forgets: true }).replay.toString()).toMatch(
      /^\x1b\[20l\x1b\[\?25hline 78\r\n/,
    );
  });

  test("random bytes and endless strings neither throw nor grow without bound", () => {
    const r = random(99);
    const tracker = new ModeTracker();
    for (let i = 0; i < 500; i++) tracker.feed(Buffer.from(Array.from({ length: 200 }, () => r.next(256))));
    tracker.feed(Buffer.from("\x1bc\x1b]2;"));
    for (let i = 0; i < 200; i++) tracker.feed(Buffer.alloc(65_536, "x"));
    tracker.feed(Buffer.from("\x07\x1b]0;two\nlines\u202e\x07"));
    expect(tracker.preamble().toString()).toBe("\x1b[20l\x1b[?25h\x1b]2;twolines\x1b\\");
    expect(tracker.preamble().length).toBeLessThan(2000);
  });
});

describe("the ring", () => {
  test("holds the last bytes, and gives what leaves in order", () => {
    const r = random(7);
    for (const capacity of [1, 7, 100, 8192, 20_000]) {
      const gone: Buffer[] = [];
      const ring = new Ring(capacity, (bytes) => gone.push(Buffer.from(bytes)));
      const all: Buffer[] = [];
      for (let i = 0; i < 300; i++) {
        const bytes = Buffer.from(
          Array.from({ length: r.next(capacity * 2 > 500 ? 500 : capacity * 2) }, () => r.next(256)),
        );
        all.push(bytes);
        ring.push(bytes);
        const whole = Buffer.concat(all);
        expect(ring.end).toBe(whole.length);
        expect(ring.end - ring.start).toBe(Math.min(whole.length, capacity));
        expect(ring.read(ring.start, ring.end).equals(whole.subarray(ring.start))).toBe(true);
        expect(Buffer.concat(gone).equals(whole.subarray(0, ring.start))).toBe(true);
        const from = ring.start + r.next(ring.end - ring.start + 1);
        expect(ring.read(from, ring.end).equals(whole.subarray(from))).toBe(true);
      }
      expect(() => ring.read(ring.start - 1, ring.end)).toThrow(RangeError);
    }
  });
});
