import { Rendition } from "./sgr.ts";

/** The part of a terminal's state that each of the two screens has for itself. */
export class Screen {
  region: [number, number] | null = null;
  readonly saved = new Rendition();
  savedCharset = "B";

  clone(): Screen {
    const copy = new Screen();
    copy.region = this.region;
    copy.saved.copyFrom(this.saved);
    copy.savedCharset = this.savedCharset;
    return copy;
  }

  /** @param save what makes the terminal save the state that it is in; @returns what one must read that was reset */
  toString(save: string): string {
    const margins = this.region ? `\x1b[${this.region[0]};${this.region[1]}r` : "";
    const rendition = this.saved.toString();
    if (rendition !== "" || this.savedCharset !== "B")
      return `${margins}${rendition}\x1b(${this.savedCharset}${save}\x1b[m\x1b(B`;
    return margins + (save === "\x1b7" ? "" : save);
  }
}
