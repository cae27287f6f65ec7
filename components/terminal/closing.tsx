"use client";
import { useCallback, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { type DockShell, labelOf, placeOf } from "./dock-shell.ts";
import { looksBusy } from "./long-command.ts";

/**
 * Closes a shell that stands at its prompt at once, and asks before it ends a command.
 * @param close ends it @returns the one that is `asked` about; `wired` names who says whether a command runs in a shell, null when it is gone
 */
export function useClosing(
  shells: readonly DockShell[],
  close: (shell: DockShell) => void,
  ended: ReadonlySet<string>,
) {
  const [about, setAbout] = useState<string | null>(null);
  const all = useRef(new Map<string, () => boolean>());
  const wired = useCallback((terminal: string, runs: (() => boolean) | null) => {
    if (runs) all.current.set(terminal, runs);
    else all.current.delete(terminal);
  }, []);
  // It may have ended elsewhere while the question stood.
  const asked = shells.find(({ terminal }) => terminal === about) ?? null;
  const ask = (shell: DockShell) => {
    const { terminal, lastLine } = shell;
    const runs = !ended.has(terminal) && (all.current.get(terminal) ?? (() => looksBusy(lastLine)))();
    if (runs) setAbout(terminal);
    else close(shell);
  };
  return { asked, forget: () => setAbout(null), ask, wired };
}

export function ClosingQuestion({
  shell,
  shells,
  onClose,
  onSure,
}: {
  shell: DockShell | null;
  shells: readonly DockShell[];
  onClose: () => void;
  onSure: (shell: DockShell) => void;
}) {
  return (
    <Dialog
      open={shell !== null}
      onClose={onClose}
      title={shell ? `Close ${placeOf(shell)} ${labelOf(shell, shells)}?` : ""}
    >
      <p className="mb-4 text-ink-2">A command runs in this shell, and ends with it.</p>
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button
          kind="danger"
          onClick={() => {
            // The dialog has to give the focus back first: the next shell takes it from a shell only.
            flushSync(onClose);
            if (shell) onSure(shell);
          }}
        >
          Close the shell
        </Button>
      </div>
    </Dialog>
  );
}
