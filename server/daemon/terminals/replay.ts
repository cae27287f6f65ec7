import { isUtf8 } from "node:buffer";
import { OFFER_OSC } from "../../contract/shell-file.ts";
import { EscapeScanner } from "./escape-scanner.ts";
import { ModeTracker } from "./modes.ts";
import type { Past } from "./past.ts";
import type { Params, Visitor } from "./visitor.ts";

const OFFER = `${OFFER_OSC};`;
/** How far a replay looks for the begin of a line, so that it does not start in the middle of one. */
const LINE_SEARCH = 8 * 1024;

/**
 * @param past what has left the ring
 * @param bytes what the ring holds
 * @param whole whether nothing came before `bytes`
 * @returns what a terminal that was just reset must read to show the screen, which asks the terminal nothing; and
 *   whether it is the alternate screen at the end
 */
export function renderReplay(
  past: Pick<Past, "modes" | "below" | "begun">,
  bytes: Buffer,
  whole: boolean,
): { bytes: Buffer; alternateScreen: boolean } {
  const below = past.below();
  if (!below) return fromHere(past.modes.clone(), bytes, whole);
  if (!past.modes.alternateScreen) return fromHere(below.modes, Buffer.concat([below.bytes, bytes]), below.whole);
  const under = fromHere(below.modes, below.bytes, below.whole);
  const modes = past.modes.clone();
  const begin = [under.bytes, modes.transition(), modes.titled()];
  const begun = past.begun();
  const cut = begun ? 0 : safeCut(modes, bytes);
  modes.feed(bytes.subarray(cut));
  const rest = withoutQueries(Buffer.concat([begun ?? Buffer.alloc(0), bytes.subarray(cut)]));
  return { bytes: Buffer.concat([...begin, rest]), alternateScreen: modes.alternateScreen };
}

/** @param modes the state at the beginning of `bytes`; it is led on to their end */
function fromHere(modes: ModeTracker, bytes: Buffer, whole: boolean): { bytes: Buffer; alternateScreen: boolean } {
  const cut = whole ? 0 : safeCut(modes, bytes);
  const preamble = modes.preamble();
  const rest = bytes.subarray(cut);
  modes.feed(rest);
  return { bytes: Buffer.concat([preamble, withoutQueries(rest)]), alternateScreen: modes.alternateScreen };
}

/** What a terminal reads that is as it was when it began. */
const FRESH = new ModeTracker().preamble();

/**
 * @param modes the state at the beginning of `bytes`; it is led on to the end of `bytes`
 * @returns what a terminal must read to go on after `bytes` in the right state, with nothing on its screen: reset, modes, and what has
 *   begun and is not whole; empty when it can be a fresh one
 */
export function renderState(modes: ModeTracker, bytes: Buffer): Buffer {
  modes.feed(bytes);
  const begun = bytes.subarray(bytes.length - Math.min(bytes.length, modes.begun || brokenCharacter(bytes)));
  const preamble = modes.preamble();
  if (begun.length === 0 && preamble.equals(FRESH)) return begun;
  return Buffer.concat([Buffer.from("\x1bc"), preamble, begun]);
}

/** How many bytes at the end are of a character (UTF-8) that is not whole. */
function brokenCharacter(bytes: Buffer): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}

/**
 * Stands for a query: CAN does nothing, but ends a run of characters as the query did, which REP looks at. It executes no string
 * that is still open before it, as ST would: one that a C1 control broke off.
 */
const NOTHING = Buffer.from("\x18");

/** First place that is neither within a sequence nor a character; after the first line's end if one is near. */
function safeCut(modes: ModeTracker, bytes: Buffer): number {
  let cut = 0;
  const step = (to: number) => {
    modes.feed(bytes.subarray(cut, to));
    cut = to;
  };
  if (!modes.alternateScreen) {
    for (let at = bytes.indexOf(0x0a); at >= 0 && at < LINE_SEARCH; at = bytes.indexOf(0x0a, at + 1)) {
      step(at + 1);
      if (modes.atRest) return cut;
    }
  }
  while (cut < bytes.length && !(modes.atRest && (bytes[cut]! & 0xc0) !== 0x80)) step(cut + 1);
  return cut;
}

/** DA, DSR, DECREQTPARM, window reports, XTVERSION, DECRQM, kitty's query, XTSMGRAPHICS: all that a terminal would answer. */
function isQuery(prefix: number, params: Params, intermediate: number, final: number): boolean {
  if (intermediate === 0x24) return final === 0x70;
  if (intermediate !== 0) return false;
  switch (final) {
    case 0x63: // c
    case 0x6e: // n
      return true;
    case 0x78: // x
      return prefix === 0;
    case 0x74: // t, reports are 11 to 21
      return prefix === 0 && params.values[0]! >= 11 && params.values[0]! <= 21;
    case 0x71: // q
      return prefix === 0x3e;
    case 0x75: // u
      return prefix === 0x3f;
    case 0x53: // S, XTSMGRAPHICS
      return prefix === 0x3f;
    default:
      return false;
  }
}

/** U+FFFD itself, which a decoder puts in the place of what is no character. */
const REPLACEMENT = Buffer.from("\ufffd");

/** What xterm reads of bytes that are not all UTF-8: it drops the others, and a sequence that they stand in goes on. */
function onlyCharacters(bytes: Buffer): Buffer {
  if (isUtf8(bytes)) return bytes;
  const end = bytes.length - brokenCharacter(bytes);
  const kept: Buffer[] = [];
  for (let from = 0; from < end;) {
    const next = bytes.indexOf(REPLACEMENT, from);
    const to = next < 0 || next > end ? end : next;
    kept.push(Buffer.from(bytes.subarray(from, to).toString().replaceAll("\ufffd", "")));
    if (to < end) kept.push(REPLACEMENT);
    from = to + REPLACEMENT.length;
  }
  return Buffer.concat([...kept, bytes.subarray(end)]);
}

function withoutQueries(stream: Buffer): Buffer {
  const bytes = onlyCharacters(stream);
  const kept: Buffer[] = [];
  let from = 0;
  const drop = () => {
    // A query inside a string that was itself dropped has gone with it.
    if (scanner.start < from) return;
    kept.push(bytes.subarray(from, scanner.start), NOTHING);
    from = scanner.end;
  };
  const visitor: Visitor = {
    csi: (prefix, params, intermediate, final) => isQuery(prefix, params, intermediate, final) && drop(),
    esc: (intermediate, final) => intermediate === 0 && final === 0x5a && drop(),
    // OSC 52 is the clipboard, and a file is offered once: a replay must do neither anew
    osc: (text) => (/(^|;)\?(;|$)/.test(text) || text.startsWith("52;") || text.startsWith(OFFER)) && drop(),
    // of all of these a terminal knows pictures (sixel) and questions; what hides a question's header is no picture
    dcs: (text) => !/^[0-9;]*q/.test(text) && drop(),
    shift: () => {},
  };
  const scanner = new EscapeScanner(visitor);
  scanner.feed(bytes);
  kept.push(bytes.subarray(from));
  return Buffer.concat(kept);
}
