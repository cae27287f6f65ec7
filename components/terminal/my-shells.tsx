"use client";
import { useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Since } from "@/components/ui/since.tsx";
import { type DockShell, idleSince, labelOf, placeOf } from "./dock-shell.ts";
import { NameField } from "./tabs.tsx";

/** My open shells, of one jail or of all: what each printed last, since when it is quiet, on how many screens it is; shown, named and ended from here. */
export function MyShells({
  label,
  shells,
  all,
  onShow,
  onRename,
  onEnd,
}: {
  label: string;
  /** those of the list */
  shells: readonly DockShell[];
  /** all that are open, as numbers count in them */
  all: readonly DockShell[];
  onShow: (terminal: string) => void;
  onRename: (terminal: string, name: string) => void;
  onEnd: (terminal: string) => void;
}) {
  const [naming, setNaming] = useState<string | null>(null);
  return (
    <ul aria-label={label} className="rows rounded border bg-raised">
      {shells.map((shell) => {
        const { terminal, viewers } = shell;
        const name = `${placeOf(shell)} ${labelOf(shell, all)}`;
        return (
          <li key={terminal} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2">
            <div className="min-w-0 flex-1 basis-72">
              <div className="flex flex-wrap items-center gap-x-2">
                <span className="font-mono text-13 font-semibold">{placeOf(shell)}</span>
                {naming === terminal ? (
                  <NameField
                    first={shell.name ?? ""}
                    onDone={(typed) => {
                      setNaming(null);
                      if (typed !== null && typed !== (shell.name ?? "")) onRename(terminal, typed);
                    }}
                  />
                ) : (
                  <span className="truncate">{labelOf(shell, all)}</span>
                )}
                <code className="text-13 text-ink-3">{shell.shell}</code>
              </div>
              <code data-testid="last-line" className="block truncate text-13 text-ink-2">
                {shell.lastLine || "nothing printed yet"}
              </code>
              <span className="block text-13 text-ink-3">
                quiet since <Since at={idleSince(shell)} suffix=" ago" />,{" "}
                {viewers === 1 ? "1 screen" : `${viewers} screens`}
                {shell.note ? <span className="text-warn"> ▲ {shell.note}</span> : null}
              </span>
            </div>
            <Button small aria-label={`Show shell ${name}`} onClick={() => onShow(terminal)}>
              Show
            </Button>
            <Button small aria-label={`Name shell ${name}`} onClick={() => setNaming(terminal)}>
              Name …
            </Button>
            <Button small kind="danger" aria-label={`End shell ${name}`} onClick={() => onEnd(terminal)}>
              End
            </Button>
          </li>
        );
      })}
    </ul>
  );
}
