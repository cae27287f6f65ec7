"use client";
import { useCallback, useEffect, useRef, useState } from "react";
import type { ActionResult } from "@/server/contract/action.ts";
import type { OwnShellChoices, ShellChoice } from "@/server/contract/shell-choice.ts";
import { ClosingQuestion, useClosing } from "./closing.tsx";
import { DockEdge, useDockHeight } from "./dock-height.tsx";
import { DockBar } from "./dock-bar.tsx";
import { type DockKey, KeysDialog, useDockKeys } from "./dock-keys.tsx";
import type { DockShell } from "./dock-shell.ts";
import { NO_FILES_BESIDE } from "./files/drop-beside.ts";
import { GoneShells } from "./gone-shells.tsx";
import { focusOn, leaves, moveTab, neighbour, type Split, splitPane, tabOf } from "./layout.ts";
import { ShellChoiceDialog } from "./shell-choice.tsx";
import { Splits } from "./splits.tsx";
import { Terminal } from "./terminal.tsx";
import { useMedia } from "./use-media.ts";
import { useMounted } from "./use-mounted.ts";
import { useNews } from "./use-news.ts";
import { useSeenViewport } from "./use-seen-viewport.ts";
import { useShellLayout } from "./use-shell-layout.ts";

export type DockActions = {
  /** opens another shell in this jail and shows it; "last": as the last time */
  open: (jail: string, choice: ShellChoice | "last") => Promise<ActionResult<DockShell>>;
  /** ends the shell; for one that is over already it is only taken off the dock */
  close: (terminal: string, ended: boolean) => Promise<unknown>;
  rename: (terminal: string, name: string) => void;
  choices: (jail: string) => Promise<ActionResult<OwnShellChoices>>;
  stillOpen: (terminal: string) => Promise<boolean>;
  onTitle: (terminal: string, title: string) => void;
  /** which shells have a line of their own by now, and so tell their end themselves */
  onMounted: (terminals: ReadonlySet<string>) => void;
};

export type TerminalDockProps = {
  /** whose shells these are */
  me: string;
  shells: readonly DockShell[];
  /** whether that is what there is */
  known: boolean;
  /** the shell that is typed into; null: the dock is folded to its tabs */
  shown: string | null;
  onShow: (terminal: string | null) => void;
  /** those that were open a while ago and are no more, in words */
  gone: readonly string[];
  onGoneRead: () => void;
  actions: DockActions;
};

/** My open shells, below every room: tabs and their splits, +, close; a handle to drag its height, full screen; on a phone one at a time. */
export function TerminalDock({ me, shells, known, shown, onShow, gone, onGoneRead, actions }: TerminalDockProps) {
  const [full, setFull] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const [choosing, setChoosing] = useState<string | null>(null);
  const [keys, setKeys] = useState(false);
  const [opening, setOpening] = useState(false);
  const dock = useRef<HTMLElement>(null);
  const phone = useMedia("(max-width: 767px)");
  const { tabs, change, missing, setMissing } = useShellLayout(me, shells, known);
  const tab = tabOf(tabs, shown);
  const current = (tab && shells.find((one) => one.terminal === shown)) ?? null;
  const view = tab === null ? [] : phone ? [shown!] : leaves(tab.root);
  const mounted = useMounted(shells, view, phone, actions.onMounted);
  const { news, tell, ended } = useNews(shells, view, mounted);
  const { height, keep } = useDockHeight(dock, shown !== null);

  useSeenViewport(dock, shown);
  useEffect(() => {
    if (shown) change((now) => focusOn(now, shown));
    else setFull(false);
  }, [shown, change]);

  const open = useCallback(
    async (jail: string, choice: ShellChoice | "last", beside?: { terminal: string; dir: Split["dir"] }) => {
      setOpening(true);
      const result = await actions.open(jail, choice);
      setOpening(false);
      setFailure(result.ok ? null : result.failure.message);
      if (result.ok && beside)
        change((now) =>
          splitPane(
            now.filter((one) => one.root !== result.value.terminal),
            beside.terminal,
            beside.dir,
            result.value.terminal,
          ),
        );
      return result.ok ? null : result.failure;
    },
    [actions, change],
  );
  const close = useCallback(
    (shell: DockShell) => {
      if (shell.terminal === shown) {
        const others = tab ? leaves(tab.root).filter((one) => one !== shown) : [];
        const at = tabs.indexOf(tab!);
        onShow(others.at(-1) ?? (tabs[at + 1] ?? tabs[at - 1])?.focus ?? null);
      }
      void actions.close(shell.terminal, ended.has(shell.terminal));
    },
    [shown, tab, tabs, onShow, actions, ended],
  );

  const { asked, forget, ask, wired } = useClosing(shells, close, ended);

  const there = shells.length > 0;
  const move = (terminal: string, to: number) => change((now) => moveTab(now, terminal, to));
  const dockAct = (key: DockKey) => {
    if (!tab || !current) return;
    if (key.do === "new") return void open(current.jail, "last");
    if (key.do === "close") return ask(current);
    // on a phone the tabs are a list
    if (key.do === "leave")
      return dock.current?.querySelector<HTMLElement>(phone ? "select" : `[data-tab="${tab.focus}"]`)?.focus();
    if (key.do === "shift") return move(current.terminal, tabs.indexOf(tab) + key.by);
    if (key.do === "split") {
      if (!phone) void open(current.jail, "last", { terminal: current.terminal, dir: key.dir });
      return;
    }
    const step = key.do === "next" ? 1 : -1;
    const beside = tabs.at((tabs.indexOf(tab) + step) % tabs.length)!.focus;
    const to = key.do === "move" ? neighbour(tab.root, current.terminal, key.to) : beside;
    if (to) onShow(to);
  };
  useDockKeys(dock, there, dockAct);

  const words = [...missing, ...gone];
  const over =
    words.length > 0 ? (
      <GoneShells
        words={words}
        onRead={() => {
          setMissing([]);
          onGoneRead();
        }}
      />
    ) : null;
  if (!there) return over ? <section aria-label="Shells">{over}</section> : null;
  const jail = (current ?? shells.at(-1)!).jail;

  return (
    <section
      ref={dock}
      aria-label="Shells"
      data-testid="dock"
      {...NO_FILES_BESIDE}
      style={current && !full ? { height } : undefined}
      className={`flex shrink-0 flex-col border-t bg-raised ${
        current
          ? `max-md:fixed max-md:inset-x-0 max-md:top-(--seen-top,0px) max-md:z-30 max-md:!h-(--seen) max-md:border-t-0 ${full ? "fixed inset-0 z-30 border-t-0" : "md:max-h-[calc(100%-2.5rem)]"}`
          : ""
      }`}
    >
      {current && !full ? <DockEdge dock={dock} height={height} keep={keep} /> : null}
      <DockBar
        {...{ tabs, shells, news, shown, onShow, tab, current, jail, phone, full, opening, act: dockAct }}
        menuUp={!full && !phone && height < 300}
        onClose={ask}
        onMove={move}
        onRename={actions.rename}
        onOpen={() => void open(jail, "last")}
        onChoose={() => setChoosing(jail)}
        onFull={() => setFull(!full)}
        onKeys={() => setKeys(true)}
      />
      {over}
      {failure ? (
        <p role="alert" className="border-b px-3 py-1 text-13 text-bad">
          ▲ {failure}
        </p>
      ) : null}
      {current?.note ? <p className="border-b px-3 py-1 text-13 text-warn">▲ {current.note}</p> : null}
      <Splits
        tab={tab}
        shells={shells}
        mounted={mounted}
        alone={phone}
        onResize={(of, root) => change((now) => now.map((one) => (one.focus === of.focus ? { ...one, root } : one)))}
        onFocus={onShow}
        onClose={ask}
      >
        {(shell, { visible, focused }) => (
          <Terminal
            terminal={shell.terminal}
            jail={shell.jail}
            account={shell.account}
            visible={visible}
            focused={focused}
            onOutput={() => tell(shell.terminal, "output")}
            onBell={() => tell(shell.terminal, "bell")}
            onWanted={() => onShow(shell.terminal)}
            onTitle={(title) => actions.onTitle(shell.terminal, title)}
            onWired={(runs) => wired(shell.terminal, runs)}
            onExit={() => tell(shell.terminal, "ended")}
            stillOpen={() => actions.stillOpen(shell.terminal)}
          />
        )}
      </Splits>
      <ShellChoiceDialog jail={choosing} onClose={() => setChoosing(null)} choices={actions.choices} open={open} />
      <ClosingQuestion shell={asked} shells={shells} onClose={forget} onSure={close} />
      <KeysDialog open={keys} onClose={() => setKeys(false)} />
    </section>
  );
}
