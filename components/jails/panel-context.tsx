"use client";
import { useRouter } from "next/navigation";
import { createContext, use, useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import type { Action } from "@/components/ui/use-action.ts";
import type { JobRef } from "@/server/contract/job.ts";
import type { JailRow, Role } from "@/server/contract/panel.ts";
import type { TerminalInfo } from "@/server/contract/terminal.ts";
import { useLive, type Live } from "./use-live.ts";

export type PanelActions = {
  start: Action<{ name: string }, JobRef>;
  stop: Action<{ name: string }, JobRef>;
  restart: Action<{ name: string }, JobRef>;
  openShell: Action<{ name: string; cols: number; rows: number }, TerminalInfo>;
  closeShell: Action<{ terminal: string }, unknown>;
  listShells: Action<{ name?: string }, TerminalInfo[]>;
  signOut: Action<Record<string, never>, unknown>;
};

type Panel = {
  me: { name: string; role: Role };
  live: Live;
  actions: PanelActions;
  shells: TerminalInfo[];
  /** the shell that the dock shows, null when the dock is folded */
  shown: string | null;
  show: (terminal: string | null) => void;
  addShell: (shell: TerminalInfo) => void;
  dropShell: (terminal: string) => void;
};

const Context = createContext<Panel | null>(null);

/** What every room of the panel shares: who I am, the live list, the verbs, my open shells. */
export function PanelProvider({
  me,
  rows,
  reachable,
  shells: first,
  actions,
  children,
}: Pick<Panel, "me" | "actions"> & {
  rows: JailRow[];
  reachable: boolean;
  shells: TerminalInfo[];
  children: ReactNode;
}) {
  const router = useRouter();
  const live = useLive(rows, reachable, router.refresh);
  const [shells, setShells] = useState(first);
  const [shown, show] = useShown(first);
  const dropped = useRef(new Set<string>());
  // A fresh answer of the server may know shells that were opened in another tab.
  useEffect(() => {
    setShells((now) => {
      const known = new Set(now.map((shell) => shell.terminal));
      const more = first.filter((shell) => !known.has(shell.terminal) && !dropped.current.has(shell.terminal));
      return more.length > 0 ? [...now, ...more] : now;
    });
  }, [first]);
  const addShell = useCallback(
    (shell: TerminalInfo) => {
      setShells((now) => [...now.filter((one) => one.terminal !== shell.terminal), shell]);
      show(shell.terminal);
    },
    [show],
  );
  const dropShell = useCallback(
    (terminal: string) => {
      dropped.current.add(terminal);
      setShells((now) => now.filter((shell) => shell.terminal !== terminal));
      show((now) => (now === terminal ? null : now));
    },
    [show],
  );
  const value = useMemo(
    () => ({ me, live, actions, shells, shown, show, addShell, dropShell }),
    [me, live, actions, shells, shown, show, addShell, dropShell],
  );
  return <Context value={value}>{children}</Context>;
}

const SHOWN = "knast-shown-shell";

/** The shell in view; a reload of the tab finds it again if it is still open. */
function useShown(shells: TerminalInfo[]) {
  const [shown, show] = useState<string | null>(null);
  const restored = useRef(false);
  useEffect(() => {
    if (restored.current) {
      if (shown) sessionStorage.setItem(SHOWN, shown);
      else sessionStorage.removeItem(SHOWN);
      return;
    }
    restored.current = true;
    const kept = sessionStorage.getItem(SHOWN);
    if (kept && shells.some((shell) => shell.terminal === kept)) show(kept);
  }, [shown, shells]);
  return [shown, show] as const;
}

export function usePanel(): Panel {
  const panel = use(Context);
  if (!panel) throw new Error("usePanel outside of PanelProvider");
  return panel;
}

/** The live row of one jail, undefined when it is not (or no longer) in the list. */
export const useJailRow = (name: string): JailRow | undefined => usePanel().live.rows.find((row) => row.name === name);
