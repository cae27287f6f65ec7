import type { ITerminalOptions, Terminal } from "@xterm/xterm";

/**
 * What our terminals do with what a jail prints, apart from their looks. No window reports and no moves (CSI t): a title set by a
 * program would be typed back. There is no clipboard addon, so OSC 52 does nothing.
 */
export const BEHAVIOUR = {
  /** the graphemes addon needs it */
  allowProposedApi: true,
  /** lines kept above the screen: 12 bytes a cell, so about 5 MB at 200 columns */
  scrollback: 2000,
  windowOptions: {},
  /** colours of a program's own choice are moved until they can be read, which our schemes can't do for it */
  minimumContrastRatio: 4.5,
} as const satisfies ITerminalOptions;

/** REP, SU, SD, IL, DL, ICH, DCH, ECH, CHT, CBT: xterm does them as often as it is told, a hundred million times too. */
const REPEATED = ["b", "S", "T", "L", "M", "@", "P", "X", "I", "Z"];
/** More than any screen has cells in a line or lines. */
const MOST = 10_000;

/** A program in a jail can't hold up the browser by one short sequence. @param term its parser is all that is needed */
export function harden(term: { parser: Pick<Terminal["parser"], "registerCsiHandler"> }): void {
  for (const final of REPEATED) term.parser.registerCsiHandler({ final }, ([count]) => (count as number) > MOST);
}
