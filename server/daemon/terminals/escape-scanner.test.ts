import { expect, test } from "vitest";
import { chooser } from "../testing/random.ts";
import { EscapeScanner } from "./escape-scanner.ts";
import type { Params, Visitor } from "./visitor.ts";

/** Writes down all that a scanner reports, with the places in the stream. */
function scanned(stream: Buffer, pieces: (left: number) => number): string[] {
  const said: string[] = [];
  let begun = 0;
  const numbers = ({ values, colon, length }: Params) =>
    Array.from({ length }, (_, i) => `${colon[i] ? ":" : ""}${values[i]}`).join(";");
  const visitor: Visitor = {
    csi: (prefix, params, intermediate, final) =>
      said.push(
        `csi ${prefix} ${numbers(params)} ${intermediate} ${final} ${begun + scanner.start}-${begun + scanner.end}`,
      ),
    esc: (intermediate, final) => said.push(`esc ${intermediate} ${final} ${begun + scanner.start}`),
    shift: (code) => said.push(`shift ${code}`),
    osc: (text) => said.push(`osc ${text}`),
    dcs: (text) => said.push(`dcs ${text}`),
  };
  const scanner = new EscapeScanner(visitor);
  while (begun < stream.length) {
    const piece = stream.subarray(begun, begun + pieces(stream.length - begun));
    scanner.feed(piece);
    begun += piece.length;
  }
  return said;
}

const MARKS = [
  ["\x1b[31m", "csi 0 31 0 109"],
  ["\x0e", "shift 14"],
  ["\x0f", "shift 15"],
  ["\x1b7", "esc 0 55"],
  ["\xc2\x9b5m", "csi 0 5 0 109"],
  ["\x1b]2;ü\x07", "osc 2;"],
] as const;

test("a mark is found after plain text of any length, and what only looks like one is passed over", () => {
  for (let length = 0; length < 70; length++)
    for (const [mark, report] of MARKS)
      for (const filler of ["x", "\xc3\xbc", "\xc2\xb0", "\n"]) {
        const plain = filler.repeat(length);
        const said = scanned(Buffer.from(`${plain}${mark}${plain}${mark}`, "latin1"), (left) => left);
        expect([length, mark, said.length, said.every((each) => each.startsWith(report))]).toEqual([
          length,
          mark,
          2,
          true,
        ]);
      }
});

test("a stream cut anywhere says what it says in one piece: random streams", () => {
  const choose = chooser(20261129);
  const words = [
    ...MARKS.map(([mark]) => mark),
    "\x1bP1$q\x1b\\",
    "\xc2",
    "\x1b[",
    "\x1b[1;2",
    "\xc2\x9c",
    "\x18",
    "é°»",
  ];
  for (let round = 0; round < 300; round++) {
    const parts = Array.from({ length: 60 }, () =>
      choose.random() < 0.5 ? choose.pick(words) : "plain ".repeat(Math.floor(choose.random() * 8)),
    );
    const stream = Buffer.from(parts.join(""), "latin1");
    const whole = scanned(stream, (left) => left);
    expect(scanned(stream, () => 1 + Math.floor(choose.random() * 40))).toEqual(whole);
    expect(scanned(stream, () => 1)).toEqual(whole);
  }
});
