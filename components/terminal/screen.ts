import type { FitAddon } from "@xterm/addon-fit";
import type { SearchAddon } from "@xterm/addon-search";
import type { WebglAddon } from "@xterm/addon-webgl";
import type { Terminal } from "@xterm/xterm";
import { themeOf } from "./colours.ts";
import { webAddress } from "./text.ts";

export type TerminalScreen = {
  term: Terminal;
  search: SearchAddon;
  fit: () => void;
  /** draws with WebGL while `yes`, with the DOM otherwise; browsers allow few WebGL contexts */
  accelerate: (yes: boolean) => void;
  dispose: () => void;
};

declare global {
  interface Window {
    /** for the end-to-end tests only: there when a driver steers the browser */
    __knastTerminals?: Map<string, Terminal>;
  }
}

/** Lines kept above the screen: 12 bytes a cell, so about 5 MB at 200 columns. */
const SCROLLBACK = 2000;

const wantsDom = () => navigator.webdriver || new URLSearchParams(location.search).get("renderer") === "dom";

/**
 * Makes xterm in `box` with its addons; loaded when it is needed, as it is large.
 * @param onLink gets an address of the web that was clicked; @param onHover the one below the pointer, or null
 */
export async function makeScreen(
  box: HTMLElement,
  id: string,
  onLink: (url: string) => void,
  onHover: (url: string | null) => void,
): Promise<TerminalScreen> {
  const [xterm, fitting, searching, linking, graphemes, webgl] = await Promise.all([
    import("@xterm/xterm"),
    import("@xterm/addon-fit"),
    import("@xterm/addon-search"),
    import("@xterm/addon-web-links"),
    import("@xterm/addon-unicode-graphemes"),
    import("@xterm/addon-webgl"),
  ]);
  const link = (text: string, act: (url: string) => void) => {
    const url = webAddress(text);
    if (url !== null) act(url);
  };
  const term = new xterm.Terminal({
    allowProposedApi: true,
    fontFamily: getComputedStyle(box).getPropertyValue("--font-mono") || "ui-monospace, monospace",
    fontSize: 13,
    lineHeight: 1.15,
    scrollback: SCROLLBACK,
    cursorBlink: false,
    macOptionIsMeta: true,
    theme: themeOf(box),
    linkHandler: {
      activate: (_, text) => link(text, onLink),
      hover: (_, text) => link(text, onHover),
      leave: () => onHover(null),
    },
  });
  const fit: FitAddon = new fitting.FitAddon();
  const search = new searching.SearchAddon({ highlightLimit: 1000 });
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

  const paint = () => (term.options.theme = themeOf(box));
  const watch = new MutationObserver(paint);
  watch.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", paint);
  if (navigator.webdriver) (window.__knastTerminals ??= new Map()).set(id, term);
  box.dataset.renderer = "dom";

  return {
    term,
    search,
    fit: () => {
      if (box.clientWidth > 0 && box.clientHeight > 0) fit.fit();
    },
    accelerate,
    dispose: () => {
      watch.disconnect();
      scheme.removeEventListener("change", paint);
      window.__knastTerminals?.delete(id);
      release();
      term.dispose();
    },
  };
}
