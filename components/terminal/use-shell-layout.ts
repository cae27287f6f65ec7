"use client";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { recall, remember } from "@/components/ui/remember.ts";
import { type DockShell, labelOf, placeOf } from "./dock-shell.ts";
import { leaves, readKept, reconcile, type Tab } from "./layout.ts";

const ids = (open: string): string[] => (open === "" ? [] : open.split(" "));

/**
 * How a person's shells lie, kept in his browser: a reload finds them as they were.
 * @param known whether `shells` is what there is; before that nothing is found and nothing forgotten
 * @returns the tabs; `missing`: what lay here before and is open no more, in words
 */
export function useShellLayout(me: string, shells: readonly DockShell[], known: boolean) {
  const key = `knast-shells-${me}`;
  const [kept, setKept] = useState<Tab[] | null>(null);
  const [missing, setMissing] = useState<string[]>([]);
  const open = shells.map((shell) => shell.terminal).join(" ");
  const tabs = useMemo(() => reconcile(kept ?? [], ids(open)), [kept, open]);

  useEffect(() => {
    if (!known || kept !== null) return;
    const before = readKept(recall(key));
    setKept(before.tabs);
    const gone = before.tabs.flatMap((tab) => leaves(tab.root)).filter((one) => !ids(open).includes(one));
    setMissing(gone.map((one) => before.labels[one] ?? "one without a name"));
  }, [known, kept, key, open]);

  useEffect(() => {
    if (kept === null) return;
    const labels = Object.fromEntries(shells.map((one) => [one.terminal, `${placeOf(one)} ${labelOf(one, shells)}`]));
    remember(key, JSON.stringify({ tabs, labels }));
  }, [kept, tabs, shells, key]);

  const there = useRef(open);
  there.current = open;
  const change = useCallback(
    (how: (tabs: Tab[]) => Tab[]) => setKept((now) => now && how(reconcile(now, ids(there.current)))),
    [],
  );
  return { tabs, change, missing, setMissing };
}
