"use client";
import "@xterm/xterm/css/xterm.css";
import { useEffect, useRef, useState } from "react";
import { Connection, type ConnectionState } from "./connection.ts";
import { KeyRow, type Sticky } from "./key-row.tsx";
import { LinkQuestion, PasteQuestion } from "./questions.tsx";
import { makeScreen, type TerminalScreen } from "./screen.ts";
import { SearchBar } from "./search-bar.tsx";
import { cleanPaste, cleanTitle, isManyLines, withCtrl } from "./text.ts";

export type TerminalProps = {
  /** id of an open shell, and the jail that it is in */
  terminal: string;
  jail: string;
  /** false: kept alive but not drawn */
  visible?: boolean;
  /** the shell is over; its last screen stays */
  onExit?: (end: Extract<ConnectionState, { kind: "ended" }>) => void;
  onTitle?: (title: string) => void;
  onBell?: () => void;
  /** whether the shell is still there; asked when it can't be reached for a while */
  stillOpen?: () => Promise<boolean>;
};

const WORDS: Record<Extract<ConnectionState, { kind: "ended" }>["reason"], string> = {
  exited: "The shell has ended",
  "jail-stopped": "The jail was stopped",
  closed: "The shell was closed",
  idle: "The shell was closed, as nobody had looked at it for a day",
  gone: "This shell is not open any more",
};

/** The state in words, for the line below the screen. */
export function describe(state: ConnectionState): string {
  if (state.kind === "connecting") return "Connecting …";
  if (state.kind === "open") return "Connected";
  if (state.kind === "lost")
    return `The connection is lost. ${state.retryIn < 1000 ? "Trying again …" : `Trying again in ${Math.round(state.retryIn / 1000)} s.`} The shell goes on.`;
  return `${WORDS[state.reason]}${state.status === null ? "" : ` with status ${state.status}`}.`;
}

const isMac = () => /Mac|iP/.test(navigator.platform);

/** One shell: xterm over a connection that may break. Ctrl-Shift-F (⌘F) searches. */
export function Terminal({ terminal, jail, visible = true, ...events }: TerminalProps) {
  const box = useRef<HTMLDivElement>(null);
  const on = useRef(events);
  on.current = events;
  const shown = useRef(visible);
  shown.current = visible;
  const connection = useRef<Connection | null>(null);
  const [screen, setScreen] = useState<TerminalScreen | null>(null);
  const [state, setState] = useState<ConnectionState>({ kind: "connecting" });
  const [searching, setSearching] = useState(false);
  const [paste, setPaste] = useState<string | null>(null);
  const [link, setLink] = useState<string | null>(null);
  const [hovered, setHovered] = useState<string | null>(null);
  const [sticky, setSticky] = useState<Sticky>({ ctrl: false, alt: false });
  const held = useRef(sticky);
  held.current = sticky;

  useEffect(() => {
    const element = box.current!;
    const abort = new AbortController();
    const { signal } = abort;
    let dispose = () => {};
    void (async () => {
      const made = await makeScreen(element, terminal, setLink, setHovered);
      if (signal.aborted) return made.dispose();
      const { term } = made;
      let replaying = false;
      const line = new Connection({
        url: (from) =>
          `${location.origin.replace(/^http/, "ws")}/ws/terminals/${terminal}${from === null ? "" : `?from=${from}`}`,
        stillOpen: () => on.current.stillOpen?.() ?? Promise.resolve(true),
        onState: (next) => {
          setState(next);
          if (next.kind === "ended") on.current.onExit?.(next);
        },
        screen: {
          reset: (cols, rows) => {
            replaying = true;
            // in the stream's order: what is still to be drawn is of the screen before
            term.write("\x1bc", () => term.resize(cols, rows));
          },
          write: (bytes, done) => term.write(bytes, done),
          replayed: () => {
            replaying = false;
            if (shown.current) made.fit();
            line.resize(term.cols, term.rows);
          },
        },
      });
      connection.current = line;
      term.onData((data) => {
        const { ctrl, alt } = held.current;
        let out = data;
        if ((ctrl || alt) && data.length === 1) {
          if (ctrl) out = withCtrl(out) ?? out;
          if (alt) out = `\x1b${out}`;
          setSticky({ ctrl: false, alt: false });
        }
        line.type(out);
      });
      term.onBinary((data) => line.typeBytes(Uint8Array.from(data, (c) => c.charCodeAt(0))));
      term.onResize(({ cols, rows }) => !replaying && line.resize(cols, rows));
      term.onTitleChange((title) => on.current.onTitle?.(cleanTitle(title)));
      term.onBell(() => !replaying && on.current.onBell?.());
      term.attachCustomKeyEventHandler((event) => {
        const wanted = isMac() ? event.metaKey && !event.ctrlKey : event.ctrlKey && event.shiftKey;
        if (event.type !== "keydown" || !wanted || event.key.toLowerCase() !== "f") return true;
        event.preventDefault();
        setSearching(true);
        return false;
      });
      element.addEventListener(
        "paste",
        (event) => {
          event.preventDefault();
          event.stopPropagation();
          const text = cleanPaste(event.clipboardData?.getData("text/plain") ?? "");
          if (isManyLines(text) && !term.modes.bracketedPasteMode) setPaste(text);
          else if (text !== "") term.paste(text);
        },
        { capture: true, signal },
      );
      addEventListener("online", () => line.retryNow(), { signal });
      document.addEventListener("visibilitychange", () => !document.hidden && line.retryNow(), { signal });
      let frame = 0;
      const sizes = new ResizeObserver(() => {
        cancelAnimationFrame(frame);
        frame = requestAnimationFrame(() => shown.current && !replaying && made.fit());
      });
      sizes.observe(element);
      setScreen(made);
      dispose = () => {
        sizes.disconnect();
        cancelAnimationFrame(frame);
        connection.current = null;
        line.close();
        made.dispose();
      };
    })();
    return () => {
      abort.abort();
      setScreen(null);
      dispose();
    };
  }, [terminal]);

  useEffect(() => {
    if (!screen) return;
    screen.accelerate(visible);
    if (!visible) return;
    screen.fit();
    screen.term.focus();
  }, [screen, visible]);

  const focus = () => screen?.term.focus();
  return (
    <div
      data-testid="terminal"
      data-terminal={terminal}
      data-jail={jail}
      data-state={state.kind}
      className={`relative flex h-full min-h-0 flex-col bg-sunken ${visible ? "" : "hidden"}`}
    >
      <div
        ref={box}
        role="group"
        aria-label={`Shell in ${jail}`}
        className="min-h-0 flex-1 overflow-hidden pt-1 pl-2"
      />
      {searching && screen ? (
        <SearchBar
          search={screen.search}
          onClose={() => {
            setSearching(false);
            focus();
          }}
        />
      ) : null}
      {hovered ? (
        <p className="absolute bottom-0 left-0 z-10 max-w-full truncate border-t border-r bg-raised px-2 py-0.5 font-mono text-13">
          {hovered}
        </p>
      ) : null}
      <p
        role="status"
        data-testid="terminal-status"
        className={
          state.kind === "open"
            ? "sr-only"
            : `shrink-0 border-t bg-raised px-3 py-1 text-13 ${state.kind === "lost" ? "text-warn" : "text-ink-2"}`
        }
      >
        {state.kind === "lost" ? "◐ " : ""}
        {describe(state)}
      </p>
      <KeyRow
        sticky={sticky}
        onSticky={setSticky}
        onKey={(send) => {
          const text = typeof send === "string" ? send : send(screen?.term.modes.applicationCursorKeysMode ?? false);
          connection.current?.type(sticky.alt ? `\x1b${text}` : text);
          setSticky({ ctrl: false, alt: false });
          focus();
        }}
      />
      <PasteQuestion
        text={paste}
        onClose={() => {
          setPaste(null);
          focus();
        }}
        onPaste={(text) => {
          setPaste(null);
          screen?.term.paste(text);
          focus();
        }}
      />
      <LinkQuestion url={link} onClose={() => setLink(null)} />
    </div>
  );
}
