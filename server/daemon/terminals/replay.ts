import { OFFER_OSC } from "../../contract/shell-file.ts";
import { brokenCharacter, onlyCharacters } from "./characters.ts";
import { EscapeScanner, MAX_STRING } from "./escape-scanner.ts";
import { ModeTracker } from "./modes.ts";
import type { Past } from "./past.ts";
import type { Params, Visitor } from "./visitor.ts";

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
  if (!past.modes.alternateScreen) {
    const joined = Buffer.concat([below.bytes, titleBetween(below, past.modes), bytes]);
    return fromHere(below.modes, joined, below.whole);
  }
  const under = fromHere(below.modes, below.bytes, below.whole);
  const modes = past.modes.clone();
  const transition = modes.transition();
  const begun = past.begun();
  const cut = begun ? 0 : safeCut(modes, bytes);
  const title = modes.titled();
  modes.feed(bytes.subarray(cut));
  const rest = withoutQueries(Buffer.concat([begun ?? NONE, bytes.subarray(cut)]));
  return {
    bytes: Buffer.concat([under.bytes, transition, title, rest, goneOn(modes, bytes.subarray(cut))]),
    alternateScreen: modes.alternateScreen,
  };
}

const NONE = Buffer.alloc(0);

/** @param modes the state at the beginning of `bytes`; it is led on to their end */
function fromHere(modes: ModeTracker, bytes: Buffer, whole: boolean): { bytes: Buffer; alternateScreen: boolean } {
  const cut = whole ? 0 : safeCut(modes, bytes);
  const preamble = modes.preamble();
  const rest = bytes.subarray(cut);
  modes.feed(rest);
  return {
    bytes: Buffer.concat([preamble, withoutQueries(rest), goneOn(modes, rest)]),
    alternateScreen: modes.alternateScreen,
  };
}

/** @returns what gives a title that a program has set on the alternate screen, of which nothing is kept, where that can be said */
function titleBetween({ modes, bytes }: { modes: ModeTracker; bytes: Buffer }, at: ModeTracker): Buffer {
  if (!at.atRest || brokenCharacter(bytes) > 0) return NONE;
  const told = modes.clone();
  told.feed(bytes);
  return told.title === at.title ? NONE : at.titled();
}

/** @returns what makes a terminal swallow the rest of a string whose begin is not in `bytes`, as it is too long: it is no text */
function goneOn(modes: ModeTracker, bytes: Buffer): Buffer {
  if (modes.openString === null || modes.begun <= bytes.length) return NONE;
  return Buffer.from(modes.openString === "osc" ? "\x1b]777777;" : "\x1bX");
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
  cut = endOfString(modes, bytes, cut);
  while (cut < bytes.length && !(modes.atRest && (bytes[cut]! & 0xc0) !== 0x80)) step(cut + 1);
  return cut;
}

/** Goes on in large steps while the same sequence is open that was open at `from`; @returns where it went */
function endOfString(modes: ModeTracker, bytes: Buffer, from: number): number {
  let at = from;
  while (modes.openString !== null && at < bytes.length) {
    const next = modes.clone();
    const part = bytes.subarray(at, at + 4096);
    next.feed(part);
    if (next.atRest || next.begun <= part.length) break;
    modes.feed(part);
    at += part.length;
  }
  return at;
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

const PICTURE_OSC = 1337;

/** Whether an OSC is answered, or does what a replay must not do anew: 52 is the clipboard, and a file is offered once. */
function isActive(text: string): boolean {
  // A terminal passes over controls and leading zeros, and reads on where the scanner has heard enough.
  const plain = text.replaceAll(/\p{Cc}/gu, "");
  const number = parseInt(plain, 10);
  if (number === 52 || number === OFFER_OSC || /(^|;)\?(;|$)/.test(plain)) return true;
  return text.length >= MAX_STRING && number !== PICTURE_OSC;
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
    osc: (text) => isActive(text) && drop(),
    // of all of these a terminal knows pictures (sixel) and questions; what hides a question's header is no picture
    dcs: (text) => !/^[0-9;]*q/.test(text) && drop(),
    shift: () => {},
  };
  const scanner = new EscapeScanner(visitor);
  scanner.feed(bytes);
  kept.push(bytes.subarray(from));
  return Buffer.concat(kept);
}
