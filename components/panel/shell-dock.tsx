"use client";
import { usePanel } from "@/components/jails/panel-context.tsx";
import { TerminalDock } from "@/components/terminal/dock.tsx";

/** My open shells, below every room; they stay when one goes from page to page. */
export function ShellDock() {
  const { shells, shown, show, actions, addShell, dropShell } = usePanel();
  return (
    <TerminalDock
      shells={shells}
      shown={shown}
      onShow={show}
      openShell={async (name) => {
        const result = await actions.openShell({ name, cols: 80, rows: 24 });
        if (result.ok) addShell(result.value);
      }}
      closeShell={async (terminal, ended) => {
        dropShell(terminal);
        if (!ended) await actions.closeShell({ terminal });
      }}
      stillOpen={async (terminal) => {
        const result = await actions.listShells({});
        return !result.ok || result.value.some((shell) => shell.terminal === terminal);
      }}
    />
  );
}
