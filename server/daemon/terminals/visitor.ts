/** Numeric parameters of a control sequence; a missing one is 0, or -1 after a colon. `colon[i]` is 1 where values[i] follows a colon. */
export class Params {
  readonly values = new Int32Array(32);
  readonly colon = new Uint8Array(32);
  length = 0;
}

/** Gets each whole sequence; the scanner's `start` and `end` are then its place in the buffer fed. Text goes by unseen. */
export interface Visitor {
  /** CSI: `prefix` is one of < = > ? or 0, `intermediate` the bytes before the final, first one highest, or 0 */
  csi(prefix: number, params: Params, intermediate: number, final: number): void;
  esc(intermediate: number, final: number): void;
  /** OSC or DCS without its introducer and end, as latin1, cut at 4096 bytes */
  osc(text: string): void;
  dcs(text: string): void;
  /** SO or SI */
  shift(code: number): void;
}
