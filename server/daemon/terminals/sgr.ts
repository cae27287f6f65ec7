import type { Params } from "./visitor.ts";

/** A colour: -1 default, 0 to 15 of the sixteen, INDEXED + 0 to 255, RGB + 0xrrggbb. */
const INDEXED = 0x100;
const RGB = 0x1000000;

/** Attributes that SGR has switched on, by the parameter that does so, as bits in the order of ATTRIBUTES. */
const ATTRIBUTES = [1, 2, 3, 5, 7, 8, 9, 53] as const;
const BIT_OF = new Uint8Array(54);
ATTRIBUTES.forEach((attribute, bit) => (BIT_OF[attribute] = 1 << bit));
const OFF: Record<number, number> = { 22: 0b11, 23: 0b100, 25: 0b1000, 27: 0b10000, 28: 0b100000, 29: 0b1000000 };

/** What the next character will look like (SGR, as xterm reads it). */
export class Rendition {
  #bits = 0;
  /** 0 none, 1 single, 2 double, 3 curly, 4 dotted, 5 dashed */
  #underline = 0;
  #fg = -1;
  #bg = -1;
  #underlineColor = -1;

  reset(): void {
    this.#bits = 0;
    this.#underline = 0;
    this.#fg = this.#bg = this.#underlineColor = -1;
  }

  copyFrom(other: Rendition): void {
    this.#bits = other.#bits;
    this.#underline = other.#underline;
    this.#fg = other.#fg;
    this.#bg = other.#bg;
    this.#underlineColor = other.#underlineColor;
  }

  /** @param params of CSI … m */
  apply(params: Params): void {
    const { values, colon, length } = params;
    for (let i = 0; i < length; i++) {
      const p = values[i]!;
      let last = i;
      while (last + 1 < length && colon[last + 1] === 1) last++;
      if (p === 38 || p === 48 || p === 58) i = this.#color(p, params, i, last);
      else {
        this.#one(p, last > i ? values[i + 1]! : -1);
        i = last;
      }
    }
  }

  #one(p: number, style: number): void {
    if (p === 0) this.reset();
    else if (p > 0 && p < BIT_OF.length && BIT_OF[p] !== 0) this.#bits |= BIT_OF[p]!;
    else if (OFF[p] !== undefined) this.#bits &= ~OFF[p];
    else if (p === 4) this.#underline = style < 0 || style > 5 ? 1 : style;
    else if (p === 21) this.#underline = 2;
    else if (p === 24) this.#underline = 0;
    else if (p === 55) this.#bits &= ~0b10000000;
    else if (p >= 30 && p <= 37) this.#fg = p - 30;
    else if (p >= 90 && p <= 97) this.#fg = p - 82;
    else if (p === 39) this.#fg = -1;
    else if (p >= 40 && p <= 47) this.#bg = p - 40;
    else if (p >= 100 && p <= 107) this.#bg = p - 92;
    else if (p === 49) this.#bg = -1;
    else if (p === 59) this.#underlineColor = -1;
  }

  /** 38, 48, 58 in all their spellings: ;5;n ;2;r;g;b :5:n :2:r:g:b :2::r:g:b; returns the last parameter used. */
  #color(p: number, { values, length }: Params, at: number, last: number): number {
    let used = last;
    const part: number[] = [];
    if (last > at) {
      for (let i = at + 1; i <= last; i++) part.push(values[i]!);
      if (part[0] === 2 && part.length >= 5) part.splice(1, 1);
    } else {
      const wanted = values[at + 1] === 5 ? 2 : values[at + 1] === 2 ? 4 : 1;
      used = Math.min(at + wanted, length - 1);
      for (let i = at + 1; i <= used; i++) part.push(values[i]!);
    }
    const byte = (value: number | undefined) => Math.max(value ?? 0, 0) & 0xff;
    let color: number;
    if (part[0] === 5) color = INDEXED + byte(part[1]);
    else if (part[0] === 2) color = RGB + (byte(part[1]) << 16) + (byte(part[2]) << 8) + byte(part[3]);
    else return used;
    if (p === 38) this.#fg = color;
    else if (p === 48) this.#bg = color;
    else this.#underlineColor = color;
    return used;
  }

  /** The sequence that brings a fresh terminal here; empty when nothing is set. */
  toString(): string {
    const out: string[] = ATTRIBUTES.filter((_, bit) => this.#bits & (1 << bit)).map(String);
    if (this.#underline > 0) out.push(this.#underline === 1 ? "4" : `4:${this.#underline}`);
    out.push(...spell(this.#fg, 30), ...spell(this.#bg, 40), ...spell(this.#underlineColor, 50));
    return out.length > 0 ? `\x1b[${out.join(";")}m` : "";
  }
}

function spell(color: number, base: number): string[] {
  if (color < 0) return [];
  if (color >= RGB) return [`${base + 8}`, "2", `${(color >> 16) & 0xff}`, `${(color >> 8) & 0xff}`, `${color & 0xff}`];
  if (color >= INDEXED) return [`${base + 8}`, "5", `${color - INDEXED}`];
  return [`${color < 8 ? base + color : base + 52 + color}`];
}
