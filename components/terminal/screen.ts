import type { FitAddon } from "@xterm/addon-fit";
import type { SearchAddon } from "@xterm/addon-search";
import type { WebglAddon } from "@xterm/addon-webgl";
import type { IBufferRange, Terminal } from "@xterm/xterm";
import type { ImageAddon } from "@xterm/addon-image";
import { BEHAVIOUR, harden } from "./behaviour.ts";
import { type Shade, shadeOf, themeOf } from "./colours.ts";
import { fontToFit } from "./font-to-fit.ts";
import { MOST_MATCHES } from "./matches.ts";
import { onPreferences, preferences } from "./preferences.ts";
import { otherText, webAddress } from "./text.ts";

/** An address of the web; `shown` is what the screen says instead of it. */
export type Link = { url: string; shown: string | null };

export type TerminalScreen = {
  term: Terminal;
  search: SearchAddon;
  /** its colours as they are now */
  shade: () => Shade;
  fit: () => void;
  /** makes the letters as large as lets all columns be seen, where the columns are another's */
  scale: () => void;
  /** draws with WebGL while `yes`, with the DOM otherwise; browsers allow few WebGL contexts */
  accelerate: (yes: boolean) => void;
  dispose: () => void;
};

declare global {
  interface Window {
    /** for the end-to-end tests only: there when a driver steers the browser */
    __knastTerminals?: Map<string, Terminal>;
    __knastImages?: WeakMap<Terminal, ImageAddon>;
  }
}

const wantsDom = () => navigator.webdriver || new URLSearchParams(location.search).get("renderer") === "dom";

/**
 * Makes xterm in `box` with its addons; loaded when it is needed, as it is large.
 * @param onLink gets an address of the web that was clicked; @param onHover the one below the pointer, or null
 */
export async function makeScreen(
  box: HTMLElement,
  id: string,
  onLink: (link: Link) => void,
  onHover: (link: Link | null) => void,
): Promise<TerminalScreen> {
  const [xterm, fitting, searching, linking, graphemes, webgl] = await Promise.all([
    import("@xterm/xterm"),
    import("@xterm/addon-fit"),
    import("@xterm/addon-search"),
    import("@xterm/addon-web-links"),
    import("@xterm/addon-unicode-graphemes"),
    import("@xterm/addon-webgl"),
  ]);
  const link = (text: string, act: (link: Link) => void, range?: IBufferRange) => {
    const url = webAddress(text);
    if (url !== null) act({ url, shown: range ? otherText(textAt(term, range), url) : null });
  };
  const shade = () => shadeOf(preferences().scheme, preferences().ground, box);
  const term = new xterm.Terminal({
    ...BEHAVIOUR,
    fontFamily: getComputedStyle(box).getPropertyValue("--font-mono") || "ui-monospace, monospace",
    fontSize: preferences().fontSize,
    lineHeight: 1.15,
    cursorBlink: false,
    macOptionIsMeta: true,
    screenReaderMode: preferences().screenReader,
    theme: themeOf(shade()),
    linkHandler: {
      activate: (_, text, range) => link(text, onLink, range),
      hover: (_, text, range) => link(text, onHover, range),
      leave: () => onHover(null),
    },
  });
  harden(term);
  const fit: FitAddon = new fitting.FitAddon();
  const search = new searching.SearchAddon({ highlightLimit: MOST_MATCHES });
  term.loadAddon(fit);
  term.loadAddon(search);
  term.loadAddon(new graphemes.UnicodeGraphemesAddon());
  term.loadAddon(
    new linking.WebLinksAddon((_, text) => link(text, onLink), {
      hover: (_, text) => link(text, onHover),
      leave: () => onHover(null),
    }),
  );
  term.open(box);

  let gl: WebglAddon | null = null;
  const release = () => {
    const addon = gl;
    gl = null;
    box.dataset.renderer = "dom";
    if (!addon) return;
    const canvases = [...box.querySelectorAll("canvas")];
    addon.dispose();
    // disposing alone keeps the context until it is collected
    for (const canvas of canvases) canvas.getContext("webgl2")?.getExtension("WEBGL_lose_context")?.loseContext();
  };
  const accelerate = (yes: boolean) => {
    if (!yes || wantsDom()) return release();
    if (gl) return;
    try {
      const addon = new webgl.WebglAddon();
      addon.onContextLoss(() => gl === addon && release());
      term.loadAddon(addon);
      gl = addon;
      box.dataset.renderer = "webgl";
    } catch {
      release();
    }
  };

  let scaled: number | null = null;
  const scale = () => {
    const drawn = box.querySelector(".xterm-screen")?.getBoundingClientRect().width ?? 0;
    const { paddingLeft, paddingRight } = getComputedStyle(box);
    const width = box.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
    if (!(drawn > 0 && width > 0)) return;
    const now = { size: term.options.fontSize ?? preferences().fontSize, cell: drawn / term.cols };
    scaled = fontToFit(now, term.cols, width, preferences().fontSize);
    if (term.options.fontSize !== scaled) term.options.fontSize = scaled;
  };
  const paint = () => {
    const { fontSize: liked, screenReader } = preferences();
    const fontSize = Math.min(liked, scaled ?? liked);
    term.options.theme = themeOf(shade());
    if (term.options.fontSize !== fontSize) term.options.fontSize = fontSize;
    if (term.options.screenReaderMode !== screenReader) term.options.screenReaderMode = screenReader;
    box.style.backgroundColor = shade().background;
  };
  paint();
  const forget = onPreferences(paint);
  const watch = new MutationObserver(paint);
  watch.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", paint);
  if (navigator.webdriver) (window.__knastTerminals ??= new Map()).set(id, term);
  box.dataset.renderer = "dom";

  return {
    term,
    search,
    shade,
    fit: () => {
      if (box.clientWidth > 0 && box.clientHeight > 0) fit.fit();
    },
    scale,
    accelerate,
    dispose: () => {
      watch.disconnect();
      forget();
      scheme.removeEventListener("change", paint);
      window.__knastTerminals?.delete(id);
      release();
      term.dispose();
    },
  };
}

/** @param range cells counted from 1, both ends within */
function textAt({ buffer }: Terminal, { start, end }: IBufferRange): string {
  let text = "";
  for (let y = start.y; y <= end.y; y++)
    text +=
      buffer.active
        .getLine(y - 1)
        ?.translateToString(true, y === start.y ? start.x - 1 : 0, y === end.y ? end.x : undefined) ?? "";
  return text;
}
