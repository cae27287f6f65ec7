import { OFFER_OSC } from "@/server/contract/shell-file.ts";
import type { Company } from "@/server/contract/together.ts";
import { markPage, notifyDone } from "./attention.ts";
import { takeMouse } from "./clipboard.ts";
import { Connection, type ConnectionState, type Notice } from "./connection.ts";
import { loadImages, PictureWriter } from "./images.ts";
import { afterKey, type Held, withHeld } from "./keys.ts";
import { LongCommand, QUIET } from "./long-command.ts";
import { onPreferences, preferences } from "./preferences.ts";
import type { TerminalScreen } from "./screen.ts";
import { stayAtEnd } from "./stay-at-end.ts";
import { cleanPaste, cleanTitle } from "./text.ts";
import { takeFingers } from "./touch.ts";

export type WireOptions = {
  terminal: string;
  jail: string;
  made: TerminalScreen;
  box: HTMLElement;
  /** whether the person sees this shell, as far as the page knows */
  shown: () => boolean;
  held: { get: () => Held; set: (held: Held) => void };
  /** another's shell: the screen has his size, whatever this window's is */
  follows: boolean;
  onCompany: (company: Company) => void;
  /** somebody asks to look at this shell */
  onAsked: () => void;
  onState: (state: ConnectionState) => void;
  onNotice: (notice: Notice | null) => void;
  onTitle: (title: string) => void;
  /** something was printed while it was not drawn */
  onOutput: () => void;
  /** something for a person who looks elsewhere */
  onNews: () => void;
  onCopied: (text: string) => void;
  /** text that somebody wants to paste */
  onPaste: (text: string) => void;
  /** the jail offers a file, in the words of its knast-get */
  onOffer: (text: string) => void;
  onWanted: () => void;
  stillOpen: () => Promise<boolean>;
};

/**
 * Ties a screen to its shell and to the hands in front of it, until `signal` is aborted.
 * @returns the line, and what tells whether a command seems to run in the shell
 */
export function wire(options: WireOptions, signal: AbortSignal): { line: Connection; runs: () => boolean } {
  const { made, box, shown, held, follows } = options;
  const { term } = made;
  const seen = () => shown() && !document.hidden;
  let replaying = false;
  let asking: readonly string[] = [];

  const command = new LongCommand((seconds) => {
    if (seen()) return;
    options.onNews();
    markPage();
    if (preferences().tellWhenDone) notifyDone(options.jail, options.terminal, seconds, options.onWanted);
  });
  let looks: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    looks = command.look(lineToCursor(made), Date.now()) ? setTimeout(look, QUIET) : undefined;
  };
  const drawn = () => {
    if (replaying) return;
    command.printed(Date.now());
    looks ??= setTimeout(look, QUIET + 100);
  };

  let frame = 0;
  const beforeFit = stayAtEnd(box, term, signal);
  const refit = () => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      if (!shown() || replaying) return;
      if (follows) return made.scale();
      beforeFit();
      made.fit();
    });
  };

  const pictures = new PictureWriter(
    (bytes, done) => term.write(bytes, done),
    () => loadImages(term),
  );
  const line = new Connection({
    url: `${location.origin.replace(/^http/, "ws")}/ws/terminals/${options.terminal}`,
    onNotice: options.onNotice,
    onCompany: (company) => {
      if (company.asks.some((name) => !asking.includes(name))) options.onAsked();
      asking = company.asks;
      options.onCompany(company);
    },
    stillOpen: options.stillOpen,
    onState: options.onState,
    screen: {
      reset: (cols, rows) => {
        replaying = true;
        // in the stream's order: what is still to be drawn is of the screen before
        pictures.then(() => term.write("\x1bc", () => term.resize(cols, rows)));
      },
      write: (bytes, done) => {
        if (!shown() && !replaying) options.onOutput();
        pictures.write(bytes, () => {
          done();
          drawn();
        });
      },
      ...(follows
        ? { follow: (cols, rows) => pictures.then(() => term.write("", () => (term.resize(cols, rows), refit()))) }
        : {}),
      replayed: () => {
        replaying = false;
        if (follows) return refit();
        if (shown()) made.fit();
        line.resize(term.cols, term.rows);
      },
    },
  });

  term.onData((data) => {
    if (data.includes("\r")) command.entered(lineToCursor(made), Date.now());
    const now = held.get();
    const out = withHeld(data, now);
    if (out !== data) held.set(afterKey(now));
    line.type(out);
  });
  term.onBinary((data) => line.typeBytes(Uint8Array.from(data, (c) => c.charCodeAt(0))));
  term.onResize(({ cols, rows }) => !replaying && !follows && line.resize(cols, rows));
  term.onTitleChange((title) => options.onTitle(cleanTitle(title)));
  term.onBell(() => {
    if (replaying || seen() || !preferences().bellMarks) return;
    options.onNews();
    markPage();
  });
  term.parser.registerOscHandler(133, (data) => {
    if (!replaying) command.marked(data[0] ?? "", Date.now());
    return true;
  });

  term.parser.registerOscHandler(OFFER_OSC, (text) => {
    if (!replaying) options.onOffer(text);
    return true;
  });

  takeMouse(
    box,
    term,
    preferences,
    { copied: options.onCopied, paste: (text) => options.onPaste(cleanPaste(text)) },
    signal,
  );
  takeFingers(box, term, signal);
  box.addEventListener(
    "paste",
    (event) => {
      event.preventDefault();
      event.stopPropagation();
      options.onPaste(cleanPaste(event.clipboardData?.getData("text/plain") ?? ""));
    },
    { capture: true, signal },
  );
  addEventListener("online", () => line.retryNow(), { signal });
  document.addEventListener("visibilitychange", () => !document.hidden && line.retryNow(), { signal });

  const sizes = new ResizeObserver(refit);
  sizes.observe(box);
  // What draws may change, by a lost context of the graphics or a font that comes late, and with it how many lines there is room for.
  if (!follows) sizes.observe(box.querySelector(".xterm-screen")!);
  const forget = onPreferences(refit);
  signal.addEventListener("abort", () => {
    sizes.disconnect();
    forget();
    cancelAnimationFrame(frame);
    clearTimeout(looks);
    line.close();
  });
  return { line, runs: () => command.runs(isBlank(made) ? undefined : lineToCursor(made)) };
}

const isBlank = ({ term }: TerminalScreen) => {
  const { type, baseY, cursorY, cursorX } = term.buffer.active;
  return type === "normal" && baseY + cursorY + cursorX === 0;
};

/** @returns the cursor's line up to the cursor, null where a program has the whole screen */
function lineToCursor({ term }: TerminalScreen): string | null {
  const { active } = term.buffer;
  if (active.type === "alternate") return null;
  return active.getLine(active.baseY + active.cursorY)?.translateToString(false, 0, active.cursorX) ?? "";
}
