"use client";
import { useCallback, useEffect, useMemo, useRef } from "react";
import { usePanel } from "@/components/jails/panel-context.tsx";
import { type DockActions, TerminalDock } from "@/components/terminal/dock.tsx";

/** Shells are looked at anew so often: those of other devices come, those that are over go. */
const EVERY_MS = 10_000;

/** My open shells, below every room; they stay when one goes from page to page. */
export function ShellDock() {
  const { me, shells, shellsKnown, shown, show, actions, addShell, dropShell, updateShell, gone, clearGone } =
    usePanel();
  const onMounted = useMergedShells();
  const dock = useMemo<DockActions>(
    () => ({
      open: async (name, choice) => {
        const how = choice === "last" ? { last: true } : choice;
        const result = await actions.openShell({ name, cols: 80, rows: 24, ...how });
        if (result.ok) addShell(result.value);
        return result;
      },
      close: async (terminal, ended) => {
        dropShell(terminal);
        if (!ended) await actions.closeShell({ terminal });
      },
      rename: (terminal, name) => {
        updateShell(terminal, { name: name || null });
        void actions.nameShell({ terminal, name: name || null });
      },
      choices: (name) => actions.shellChoices({ name }),
      stillOpen: async (terminal) => {
        const result = await actions.listShells({});
        return !result.ok || result.value.some((shell) => shell.terminal === terminal);
      },
      onTitle: (terminal, title) => updateShell(terminal, { title: title || null }),
      onMounted,
    }),
    [actions, addShell, dropShell, updateShell, onMounted],
  );
  return (
    <TerminalDock
      me={me.name}
      shells={shells}
      known={shellsKnown}
      shown={shown}
      onShow={show}
      gone={gone}
      onGoneRead={clearGone}
      actions={dock}
    />
  );
}

/** @returns by what the dock tells which shells have a line of their own; those stay when the list has them no more, and tell their end */
function useMergedShells() {
  const { shells, shellsKnown, actions, mergeShells } = usePanel();
  const mounted = useRef<ReadonlySet<string>>(new Set());
  const open = useRef(shells);
  open.current = shells;
  const look = useCallback(async () => {
    if (document.hidden) return;
    const asked = new Set(open.current.map((shell) => shell.terminal));
    const result = await actions.listShells({}).catch(() => null);
    if (result?.ok) mergeShells(result.value, mounted.current, asked);
  }, [actions, mergeShells]);
  const wanted = shells.length > 0 || !shellsKnown;
  useEffect(() => {
    if (!wanted) return;
    const timer = setInterval(() => void look(), EVERY_MS);
    return () => clearInterval(timer);
  }, [wanted, look]);
  return useCallback((terminals: ReadonlySet<string>) => {
    mounted.current = terminals;
  }, []);
}
