"use client";
import { useState } from "react";
import { copy } from "@/components/ui/copy-button.tsx";
import { Menu } from "@/components/ui/menu.tsx";
import type { DockKey } from "./dock-keys.tsx";
import type { DockShell, News } from "./dock-shell.ts";
import type { Tab } from "./layout.ts";
import { ShellSettings } from "./settings.tsx";
import { NameField, ShellSelect, ShellTabs } from "./tabs.tsx";

type Props = {
  tabs: readonly Tab[];
  shells: readonly DockShell[];
  news: News;
  shown: string | null;
  tab: Tab | null;
  /** the one that is typed into */
  current: DockShell | null;
  /** where + opens another one */
  jail: string;
  phone: boolean;
  full: boolean;
  opening: boolean;
  menuUp: boolean;
  act: (key: DockKey) => void;
  onShow: (terminal: string | null) => void;
  onClose: (shell: DockShell) => void;
  onMove: (terminal: string, to: number) => void;
  onRename: (terminal: string, name: string) => void;
  onOpen: () => void;
  onChoose: () => void;
  onFull: () => void;
  onKeys: () => void;
};

/** The dock's own line: which shells there are, another one, and what can be done with the one in view. */
export function DockBar(props: Props) {
  const { tabs, shells, news, shown, tab, current, jail, phone, full, opening, menuUp, act } = props;
  const { onShow, onClose, onMove, onRename, onOpen, onChoose, onFull, onKeys } = props;
  const [naming, setNaming] = useState(false);
  return (
    <div className="flex h-9 shrink-0 items-stretch gap-1 border-b px-2 max-md:h-12 max-md:py-1">
      <ShellTabs {...{ tabs, shells, news, onShow }} current={tab} {...{ onClose, onMove, onRename }} />
      {naming && current ? (
        <NameField
          first={current.name ?? ""}
          onDone={(name) => {
            setNaming(false);
            if (name !== null && name !== (current.name ?? "")) onRename(current.terminal, name);
          }}
        />
      ) : (
        <ShellSelect {...{ tabs, shells, news, shown, onShow }} />
      )}
      <button
        type="button"
        disabled={opening}
        aria-label={`Open another shell in ${jail}`}
        title="As the last time"
        onClick={onOpen}
        className={TOOL}
      >
        +
      </button>
      <button
        type="button"
        aria-haspopup="dialog"
        aria-label={`Choose a shell and an account in ${jail}`}
        onClick={onChoose}
        className={`${TOOL} md:-ml-2 md:w-6 ${current ? "max-md:hidden" : ""}`}
      >
        ▾
      </button>
      <span className="ml-auto" />
      {current ? (
        <>
          <Menu
            label="More for this shell"
            up={menuUp}
            items={[
              // On a phone the list of shells needs the room in the bar.
              ...(phone
                ? [{ label: "Choose another shell …", onSelect: onChoose }]
                : [
                    { label: "Split right", onSelect: () => act({ do: "split", dir: "row" }) },
                    { label: "Split down", onSelect: () => act({ do: "split", dir: "column" }) },
                  ]),
              { label: "Name it …", onSelect: () => setNaming(true) },
              {
                label: "Copy its link",
                onSelect: () =>
                  void copy(`${location.origin}/jails/${current.jail}/shells/${current.terminal}`).catch(() => {}),
              },
              ...(phone
                ? [{ label: "Close it", onSelect: () => onClose(current) }]
                : [{ label: "Keys …", onSelect: onKeys }]),
            ]}
          >
            <span aria-hidden>⋯</span>
          </Menu>
          <ShellSettings className={TOOL} />
          <button
            type="button"
            aria-pressed={full}
            aria-label="Full screen"
            onClick={onFull}
            className={`${TOOL} max-md:hidden`}
          >
            ⤢
          </button>
          <button type="button" aria-label="Fold the shells away" onClick={() => onShow(null)} className={TOOL}>
            ⌄
          </button>
        </>
      ) : null}
    </div>
  );
}

const TOOL = "w-9 shrink-0 rounded text-16 text-ink-2 hover:bg-sunken hover:text-ink disabled:opacity-55 max-md:w-12";
