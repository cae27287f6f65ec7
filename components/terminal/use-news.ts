"use client";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { DockShell, News } from "./dock-shell.ts";

/**
 * What has happened in shells that nobody looked at: from their own lines, and for those without one from the list.
 * @param seen the shells in view @param mounted those with a line
 */
export function useNews(shells: readonly DockShell[], seen: readonly string[], mounted: ReadonlySet<string>) {
  const [ended, setEnded] = useState<ReadonlySet<string>>(new Set());
  const [heard, setHeard] = useState<Readonly<Record<string, "bell" | "output">>>({});
  /** when each of them had printed last, when it was first known */
  const before = useRef(new Map<string, string | null>());
  for (const { terminal, lastOutputAt } of shells)
    if (!before.current.has(terminal)) before.current.set(terminal, lastOutputAt);
  const inView = useRef(seen);
  inView.current = seen;
  const view = seen.join(" ");
  useEffect(() => {
    setHeard((now) =>
      inView.current.some((one) => one in now)
        ? Object.fromEntries(Object.entries(now).filter(([one]) => !inView.current.includes(one)))
        : now,
    );
  }, [view]);

  const tell = useCallback((terminal: string, what: "ended" | "bell" | "output") => {
    if (what === "ended") return setEnded((now) => new Set(now).add(terminal));
    if (inView.current.includes(terminal)) return;
    setHeard((now) => (now[terminal] === what || now[terminal] === "bell" ? now : { ...now, [terminal]: what }));
  }, []);

  const news = useMemo<News>(() => {
    const all: Record<string, News[string]> = { ...heard };
    for (const { terminal, lastOutputAt } of shells) {
      if (!mounted.has(terminal) && lastOutputAt !== before.current.get(terminal)) all[terminal] ??= "output";
      if (ended.has(terminal)) all[terminal] = "ended";
    }
    return all;
  }, [shells, heard, ended, mounted]);
  return { news, tell, ended };
}
