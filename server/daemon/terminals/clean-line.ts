/** Controls, what breaks lines, marks of direction, halves of surrogate pairs, private use: nothing that a label should show. */
const UNFIT = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Co}\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]/gu;
/** As long as TerminalInfo lets it be, in UTF-16 units. */
const LONGEST = 256;

/** @returns text from outside as one plain line of at most `longest` characters */
export function cleanLine(text: string, longest = LONGEST): string {
  const clean = text.replace(UNFIT, "");
  // not through the middle of a character
  const cut = /[\ud800-\udbff]/.test(clean[longest - 1] ?? "") ? longest - 1 : longest;
  return clean.slice(0, cut);
}

/** Sequences of ECMA-48 that are whole, and the cut-off one at the end. */
const SEQUENCE = /\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])|\x1b.*$/g;

/** @returns the last line of `output` that shows something, without its colours; "" when there is none */
export function lastLine(output: Buffer): string {
  const lines = output.toString().replace(SEQUENCE, "").split("\n");
  for (const line of lines.reverse()) {
    const shown = cleanLine(line.slice(line.replace(/\r+$/, "").lastIndexOf("\r") + 1)).trim();
    if (shown !== "") return shown;
  }
  return "";
}
