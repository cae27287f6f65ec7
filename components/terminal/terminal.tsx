"use client";
import "@xterm/xterm/css/xterm.css";
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Company } from "@/server/contract/together.ts";
import { copySelection, readClipboard } from "./clipboard.ts";
import type { Connection, ConnectionState, Notice } from "./connection.ts";
import { WAY_OUT } from "./dock-keys.tsx";
import { ShellFiles } from "./files/shell-files.tsx";
import { useHearing } from "./files/use-hearing.ts";
import { KeyRow } from "./key-row.tsx";
import { afterKey, encodeKey, type Held, NOTHING_HELD } from "./keys.ts";
import { LinkQuestion, PasteByHand, PasteQuestion } from "./questions.tsx";
import { type Link, makeScreen, type TerminalScreen } from "./screen.ts";
import { takeScreenKeys } from "./screen-keys.ts";
import { SearchBar } from "./search-bar.tsx";
import { StatusLine } from "./status-line.tsx";
import { cleanPaste, isManyLines } from "./text.ts";
import { TogetherBar } from "./together-bar.tsx";
import { mayTakeFocus } from "./take-focus.ts";
import { wire } from "./wire.ts";

export type TerminalProps = {
  /** id of an open shell, the jail that it is in, and as whom it runs there */
  terminal: string;
  jail: string;
  account?: string;
  /** false: kept alive but not drawn */
  visible?: boolean;
  /** whether it is the one of several in view that is typed into */
  focused?: boolean;
  /** the shell is over; its last screen stays */
  onExit?: (end: Extract<ConnectionState, { kind: "ended" }>) => void;
  onTitle?: (title: string) => void;
  /** a bell rang or a long command ended while this shell, or the page, was not looked at */
  onBell?: () => void;
  /** it is another's shell: the screen has his size, not this window's */
  follows?: boolean;
  /** the person wants to see this shell */
  onWanted?: () => void;
  /** something was printed while it was not drawn */
  onOutput?: () => void;
  /** gets what tells whether a command seems to run in it; null when it is taken away */
  onWired?: (runs: (() => boolean) | null) => void;
  /** whether the shell is still there; asked when it can't be reached for a while */
  stillOpen?: () => Promise<boolean>;
};

/** How long it is said that something was copied. */
const SAID_FOR = 1500;

/** One shell: xterm over a connection that may break. */
export function Terminal({
  terminal,
  jail,
  account = "root",
  visible = true,
  focused = visible,
  follows = false,
  ...events
}: TerminalProps) {
  const box = useRef<HTMLDivElement>(null);
  const { tell, hear } = useHearing();
  const on = useRef(events);
  on.current = events;
  const shown = useRef(visible);
  shown.current = visible;
  const connection = useRef<Connection | null>(null);
  const [screen, setScreen] = useState<TerminalScreen | null>(null);
  const [state, setState] = useState<ConnectionState>({ kind: "connecting" });
  const [notice, setNotice] = useState<Notice | null>(null);
  const [company, setCompany] = useState<Company | null>(null);
  const [searching, setSearching] = useState(false);
  const [paste, setPaste] = useState<string | null>(null);
  const [byHand, setByHand] = useState(false);
  const [link, setLink] = useState<Link | null>(null);
  const [hovered, setHovered] = useState<Link | null>(null);
  const [selected, setSelected] = useState(false);
  const [copied, setCopied] = useState<string | null>(null);
  const files = useState(false);
  const [held, setHeld] = useState<Held>(NOTHING_HELD);
  const holds = useRef(held);
  holds.current = held;

  /** Text that somebody wants in the shell; one that would run at once is shown first. */
  const offer = useCallback((made: TerminalScreen, text: string) => {
    if (isManyLines(text) && !made.term.modes.bracketedPasteMode) return setPaste(text);
    if (text !== "") made.term.paste(text);
    made.term.focus();
  }, []);

  useEffect(() => {
    const element = box.current!;
    const abort = new AbortController();
    const { signal } = abort;
    let made: TerminalScreen | null = null;
    void (async () => {
      const fresh = await makeScreen(element, terminal, setLink, setHovered);
      if (signal.aborted) return fresh.dispose();
      made = fresh;
      const { term } = fresh;
      const { line, runs } = wire(
        {
          terminal,
          jail,
          made: fresh,
          box: element,
          shown: () => shown.current,
          held: { get: () => holds.current, set: setHeld },
          follows,
          onNotice: setNotice,
          onCompany: setCompany,
          onAsked: () => on.current.onBell?.(),
          onState: (next) => {
            setState(next);
            if (next.kind === "ended") on.current.onExit?.(next);
          },
          onTitle: (title) => on.current.onTitle?.(title),
          onOutput: () => on.current.onOutput?.(),
          onNews: () => on.current.onBell?.(),
          onWanted: () => on.current.onWanted?.(),
          onCopied: setCopied,
          onPaste: (text) => offer(fresh, text),
          // Files are the owner's affair.
          onOffer: (text) => follows || tell(text),
          stillOpen: () => on.current.stillOpen?.() ?? Promise.resolve(true),
        },
        signal,
      );
      connection.current = line;
      on.current.onWired?.(runs);
      term.onSelectionChange(() => setSelected(term.hasSelection()));
      takeScreenKeys(term, { search: () => setSearching(true), copied: setCopied });
      setScreen(fresh);
    })();
    return () => {
      abort.abort();
      setScreen(null);
      connection.current = null;
      on.current.onWired?.(null);
      made?.dispose();
    };
  }, [terminal, jail, follows, offer, tell]);

  useEffect(() => {
    if (!screen) return;
    screen.accelerate(visible);
    if (!visible) return;
    if (follows) screen.scale();
    else screen.fit();
  }, [screen, visible, follows]);
  // Before anything is painted: a key that follows at once would go to the shell that had it before.
  useLayoutEffect(() => {
    if (visible && focused && mayTakeFocus(document.activeElement)) screen?.term.focus();
  }, [screen, visible, focused]);
  useEffect(() => {
    if (copied === null) return;
    const timer = setTimeout(() => setCopied(null), SAID_FOR);
    return () => clearTimeout(timer);
  }, [copied]);

  const focus = () => screen?.term.focus();
  const said =
    copied === null ? hovered?.url : `Copied ${copied.length === 1 ? "1 character" : `${copied.length} characters`}`;
  return (
    <div
      data-testid="terminal"
      data-terminal={terminal}
      data-jail={jail}
      data-state={state.kind}
      className={`relative flex h-full min-h-0 flex-col bg-sunken ${visible ? "" : "hidden"}`}
    >
      {company && state.kind !== "ended" ? <TogetherBar {...{ terminal, jail, account, company, files }} /> : null}
      <div className="relative flex min-h-0 flex-1 flex-col">
        <div
          ref={box}
          role="group"
          aria-label={`Shell in ${jail}`}
          aria-description={WAY_OUT}
          onMouseDown={(event) => {
            // beside the letters is still the shell
            if (event.target !== event.currentTarget) return;
            event.preventDefault();
            focus();
          }}
          className={`min-h-0 flex-1 pt-1 pl-2 ${follows ? "overflow-auto" : "touch-none overflow-hidden"}`}
        />
        {said ? (
          <p
            role={copied === null ? undefined : "status"}
            className="pointer-events-none absolute bottom-0 left-0 z-10 max-w-full truncate border-t border-r bg-raised px-2 py-0.5 font-mono text-13"
          >
            {said}
          </p>
        ) : null}
        {follows ? null : <ShellFiles {...{ terminal, jail, visible, box, hear, files }} />}
      </div>
      {searching && screen ? (
        <SearchBar
          search={screen.search}
          shade={screen.shade}
          onClose={() => {
            setSearching(false);
            focus();
          }}
        />
      ) : null}
      <StatusLine state={state} notice={notice} />
      <KeyRow
        held={held}
        onHeld={(next) => {
          setHeld(next);
          focus();
        }}
        onKey={(key) => {
          connection.current?.type(encodeKey(key, held, screen?.term.modes.applicationCursorKeysMode ?? false));
          setHeld(afterKey(held));
          screen?.term.scrollToBottom();
        }}
        onPaste={async () => {
          const text = await readClipboard();
          if (text === null) setByHand(true);
          else if (screen) offer(screen, cleanPaste(text));
        }}
        onCopy={selected && screen ? () => void copySelection(screen.term).then(setCopied) : null}
        onFind={() => setSearching(true)}
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
      <PasteByHand
        open={byHand}
        onClose={() => setByHand(false)}
        onPaste={(text) => {
          setByHand(false);
          if (screen) offer(screen, cleanPaste(text));
        }}
      />
      <LinkQuestion link={link} onClose={() => setLink(null)} />
    </div>
  );
}
