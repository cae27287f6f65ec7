"use client";
import { useEffect, useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { CopyButton } from "@/components/ui/copy-button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { useAction } from "@/components/ui/use-action.ts";
import { SHARE_MINUTES } from "@/server/contract/together.ts";
import type { TogetherActions } from "./together-context.tsx";
import { clock } from "./together-words.ts";

const SPANS = [
  [15, "15 minutes"],
  [SHARE_MINUTES.usual, "an hour"],
  [240, "4 hours"],
  [SHARE_MINUTES.max, "a day"],
] as const;

/** Makes a link to one shell; it is shown once. */
export function ShareDialog({
  open,
  onClose,
  terminal,
  share,
}: {
  open: boolean;
  onClose: () => void;
  terminal: string;
  share: TogetherActions["share"];
}) {
  const { run, pending, failure } = useAction(share);
  const [minutes, setMinutes] = useState<number>(SHARE_MINUTES.usual);
  const [made, setMade] = useState<{ link: string; until: string } | null>(null);
  useEffect(() => {
    if (!open) setMade(null);
  }, [open]);
  return (
    <Dialog open={open} onClose={onClose} title="Show this shell to somebody">
      <div className="space-y-4 text-14">
        <p className="text-ink-2">
          Who opens the link signs in with an account here and asks; you are asked before anything is shown. Nobody
          looks at your shell in another way, the admin neither. An earlier link to it is worth nothing any more.
        </p>
        {made ? (
          <div className="space-y-2">
            <p className="flex items-center gap-2">
              <input
                readOnly
                aria-label="Link to this shell"
                value={made.link}
                onFocus={(event) => event.currentTarget.select()}
                className="h-9 min-w-0 flex-1 rounded border border-line-2 bg-paper px-2 font-mono text-13 max-md:h-12"
              />
              <CopyButton text={made.link} label="Copy the link" />
            </p>
            <p className="text-13 text-ink-3">
              Until {clock(made.until)}; then everybody who came by it is cut off. It is not shown again.
            </p>
          </div>
        ) : (
          <label className="flex items-center gap-2">
            For
            <select
              value={minutes}
              onChange={(event) => setMinutes(Number(event.target.value))}
              className="h-9 rounded border border-line-2 bg-paper px-2 max-md:h-12"
            >
              {SPANS.map(([value, label]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </select>
          </label>
        )}
        {failure ? (
          <p role="alert" className="text-bad">
            {failure.message}
          </p>
        ) : null}
        <p className="flex justify-end gap-2">
          <Button onClick={onClose}>{made ? "Done" : "Cancel"}</Button>
          {made ? null : (
            <Button
              kind="primary"
              busy={pending && "Making …"}
              onClick={() => void run({ terminal, minutes }).then((result) => result.ok && setMade(result.value))}
            >
              Make a link
            </Button>
          )}
        </p>
      </div>
    </Dialog>
  );
}
