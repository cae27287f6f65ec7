"use client";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { labelOf, placeOf } from "@/components/terminal/dock-shell.ts";
import { recall, remember } from "@/components/ui/remember.ts";
import type { TerminalInfo } from "@/server/contract/terminal.ts";

export type Shells = {
  shells: TerminalInfo[];
  /** whether that is what there is: the daemon has said so once */
  shellsKnown: boolean;
  /** the shell that the dock shows, null when the dock is folded */
  shown: string | null;
  show: (terminal: string | null) => void;
  addShell: (shell: TerminalInfo) => void;
  dropShell: (terminal: string) => void;
  updateShell: (terminal: string, news: Partial<Pick<TerminalInfo, "name" | "title">>) => void;
  /** takes over what the daemon says: what it does not list any more goes, unless it is one of `kept` or was not known yet at `asked` */
  mergeShells: (listed: readonly TerminalInfo[], kept: ReadonlySet<string>, asked: ReadonlySet<string>) => void;
  /** those that went so, in words */
  gone: readonly string[];
  clearGone: () => void;
};

/** My open shells, as the server gave them and as they come and go. @param first null when the daemon could not be asked */
export function useShells(first: TerminalInfo[] | null): Shells {
  const [shells, setShells] = useState(first ?? []);
  const [shellsKnown, setKnown] = useState(first !== null);
  const [gone, setGone] = useState<string[]>([]);
  const [shown, show] = useShown(shells);
  const dropped = useRef(new Set<string>());
  const now = useRef(shells);
  now.current = shells;

  const mergeShells = useCallback<Shells["mergeShells"]>(
    (listed, kept, asked) => {
      const missing = now.current.filter(
        ({ terminal }) =>
          asked.has(terminal) && !kept.has(terminal) && !listed.some((one) => one.terminal === terminal),
      );
      if (missing.length > 0) {
        const words = missing.map((one) => `${placeOf(one)} ${labelOf(one, now.current)}`);
        setGone((before) => [...before, ...words].slice(-20));
        show((id) => (missing.some((one) => one.terminal === id) ? null : id));
      }
      setKnown(true);
      setShells((before) => {
        const known = new Set(before.map((one) => one.terminal));
        const left = before.filter((one) => !missing.some(({ terminal }) => terminal === one.terminal));
        return [
          ...left.map((one) => listed.find(({ terminal }) => terminal === one.terminal) ?? one),
          ...listed.filter((one) => !known.has(one.terminal) && !dropped.current.has(one.terminal)),
        ];
      });
    },
    [show],
  );
  // A fresh answer of the server may know shells that were opened in another tab.
  useEffect(() => {
    if (first) mergeShells(first, new Set(), new Set());
  }, [first, mergeShells]);
  const addShell = useCallback(
    (shell: TerminalInfo) => {
      // One that is known stays where it is: its number is its place.
      setShells((all) =>
        all.some((one) => one.terminal === shell.terminal)
          ? all.map((one) => (one.terminal === shell.terminal ? shell : one))
          : [...all, shell],
      );
      show(shell.terminal);
    },
    [show],
  );
  const dropShell = useCallback(
    (terminal: string) => {
      dropped.current.add(terminal);
      setShells((all) => all.filter((shell) => shell.terminal !== terminal));
      show((id) => (id === terminal ? null : id));
    },
    [show],
  );
  const updateShell = useCallback<Shells["updateShell"]>((terminal, news) => {
    setShells((all) => all.map((one) => (one.terminal === terminal ? { ...one, ...news } : one)));
  }, []);
  const clearGone = useCallback(() => setGone([]), []);
  return useMemo(
    () => ({ shells, shellsKnown, shown, show, addShell, dropShell, updateShell, mergeShells, gone, clearGone }),
    [shells, shellsKnown, shown, show, addShell, dropShell, updateShell, mergeShells, gone, clearGone],
  );
}

const SHOWN = "knast-shown-shell";

/** The shell in view; a reload of the tab finds it again if it is still open. */
function useShown(shells: TerminalInfo[]) {
  const [shown, show] = useState<string | null>(null);
  const restored = useRef(false);
  useEffect(() => {
    if (restored.current) {
      return remember(SHOWN, shown, "session");
    }
    restored.current = true;
    const kept = recall(SHOWN, "session");
    // A link to a shell has been quicker, and means it.
    if (kept && shells.some((shell) => shell.terminal === kept)) show((now) => now ?? kept);
  }, [shown, shells]);
  return [shown, show] as const;
}
