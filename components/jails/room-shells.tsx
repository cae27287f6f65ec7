"use client";
import { Button } from "@/components/ui/button.tsx";
import { Since } from "@/components/ui/since.tsx";
import type { JailState } from "@/server/contract/jail.ts";
import { usePanel } from "./panel-context.tsx";
import type { Power } from "./power.tsx";

/** My shells in this jail; each stays open when the page is closed. */
export function RoomShells({ name, state, power }: { name: string; state: JailState; power: Power }) {
  const { shells, show } = usePanel();
  const mine = shells.filter((shell) => shell.jail === name);
  return (
    <div className="space-y-3">
      <p className="text-ink-2">
        A shell runs as root in the jail: <code>jexec -l {name} /bin/csh</code>. It goes on when you close this page;
        open it again and the screen is as it was.
      </p>
      {mine.length > 0 ? (
        <ul aria-label={`My shells in ${name}`} className="rows rounded border bg-raised">
          {mine.map((shell, i) => (
            <li key={shell.terminal} className="flex min-h-9 items-center gap-3 px-3 py-1">
              <span>
                shell {i + 1} <code className="ml-1 text-ink-2">{shell.shell}</code>
              </span>
              {shell.note ? <span className="text-13 text-warn">{shell.note}</span> : null}
              <span className="ml-auto text-13 text-ink-3">
                <Since at={shell.startedAt} suffix=" old" />
              </span>
              <Button small aria-label={`Show shell ${i + 1}`} onClick={() => show(shell.terminal)}>
                Show
              </Button>
            </li>
          ))}
        </ul>
      ) : null}
      {state === "running" ? (
        <Button busy={power.pending === "Opening …" && power.pending} onClick={power.shell}>
          {mine.length > 0 ? "Open another shell" : "Open the first shell"}
        </Button>
      ) : (
        <p className="text-ink-2">Start the jail first; there is no shell in a jail that does not run.</p>
      )}
    </div>
  );
}
