import type { Terminal } from "@xterm/xterm";

/** What a jail may make a browser hold, for each shell: pictures of 2048 by 2048 at most, 32 MB of them, 4 MB as they come. */
export const LIMITS = {
  pixelLimit: 2048 * 2048,
  storageLimit: 32,
  sixelSizeLimit: 4_000_000,
  iipSizeLimit: 4_000_000,
  /** reports of the window's size stay off, as in BEHAVIOUR */
  enableSizeReports: false,
} as const;

/** Sixel and every other DCS, iTerm's pictures, and the question what the terminal can. */
const BEGINS = ["\x1bP", "\x1b]1337;", "\x1b[c", "\x1b[0c"];
const LONGEST = Math.max(...BEGINS.map((begin) => begin.length));
/** How long the decoder may take to come up before the output goes on without it. */
const PATIENCE = 3000;

/** Tells in a stream, whatever its pieces, that something for the addon begins. */
export class ImageWatch {
  #tail = "";

  /** @returns whether one of the beginnings is complete within this piece */
  sees(bytes: Uint8Array): boolean {
    if (this.#tail === "" && !bytes.includes(0x1b)) return false;
    let text = this.#tail;
    for (let at = 0; at < bytes.length; at += 8192)
      text += String.fromCharCode(...bytes.subarray(at, Math.min(at + 8192, bytes.length)));
    const begin = text.lastIndexOf("\x1b");
    this.#tail = begin >= 0 && text.length - begin < LONGEST ? text.slice(begin) : "";
    return BEGINS.some((one) => text.includes(one));
  }
}

type Load = () => Promise<void>;
type Write = (bytes: Uint8Array, done: () => void) => void;

/**
 * Writes to a terminal, and keeps back what follows while the addon for pictures is fetched: most shells never show one.
 * @param load fetches and starts it; when it fails, pictures are left out as before
 */
export class PictureWriter {
  readonly #write: Write;
  readonly #load: Load;
  readonly #watch = new ImageWatch();
  #state: "unloaded" | "loading" | "loaded" = "unloaded";
  #waiting: (() => void)[] = [];

  constructor(write: Write, load: Load) {
    this.#write = write;
    this.#load = load;
  }

  write(bytes: Uint8Array, done: () => void): void {
    if (this.#state === "unloaded" && this.#watch.sees(bytes)) {
      this.#state = "loading";
      void this.#load()
        .catch(() => {})
        .then(() => {
          this.#state = "loaded";
          for (const go of this.#waiting.splice(0)) go();
        });
    }
    this.then(() => this.#write(bytes, done));
  }

  /** Does something in the stream's order. */
  then(act: () => void): void {
    if (this.#state === "loading") this.#waiting.push(act);
    else act();
  }
}

/** Fetches xterm's addon for sixel and iTerm's pictures and waits for its decoder: before it is there, pictures get lost. */
export async function loadImages(term: Terminal): Promise<void> {
  const { ImageAddon } = await import("@xterm/addon-image");
  const addon = new ImageAddon(LIMITS);
  term.loadAddon(addon);
  const { _handlers: handlers } = addon as unknown as { _handlers?: Map<string, { _dec?: unknown }> };
  const deadline = Date.now() + PATIENCE;
  while (handlers?.get("sixel") && !handlers.get("sixel")?._dec && Date.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 10));
  if (navigator.webdriver) (window.__knastImages ??= new WeakMap()).set(term, addon);
}
