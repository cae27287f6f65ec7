"use client";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { Since } from "@/components/ui/since.tsx";
import { type Action, useAction } from "@/components/ui/use-action.ts";
import type { OtherShell } from "@/server/contract/terminal.ts";
import { placeOf } from "./dock-shell.ts";

/** For the admin: who has a shell open where, without a look at it; each can be ended. */
export function OthersShells({ shells, end }: { shells: OtherShell[]; end: Action<{ terminal: string }, void> }) {
  const router = useRouter();
  const ending = useAction(end);
  const [asked, setAsked] = useState<OtherShell | null>(null);
  return (
    <section aria-labelledby="others-shells" className="mt-8">
      <h2 id="others-shells" className="mb-2 text-16 font-semibold">
        Shells of others
      </h2>
      <p className="mb-3 text-ink-2">Whose they are and since when. What is on them only their people see.</p>
      {shells.length === 0 ? <p className="text-ink-3">Nobody else has a shell open.</p> : null}
      {ending.failure ? (
        <Notice tone="bad" title={ending.failure.message}>
          {null}
        </Notice>
      ) : null}
      <ul aria-label="Shells of others" className={shells.length > 0 ? "rows rounded border bg-raised" : "hidden"}>
        {shells.map((shell) => (
          <li key={shell.terminal} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2">
            <div className="min-w-0 flex-1 basis-72">
              <span className="text-13 font-semibold">{shell.person}</span>{" "}
              <code className="text-13 break-all">{placeOf(shell)}</code>
              <span className="block text-13 text-ink-3">
                opened <Since at={shell.startedAt} suffix=" ago" />, quiet since{" "}
                <Since at={shell.quietSince} suffix=" ago" />
              </span>
            </div>
            <Button
              small
              kind="danger"
              aria-label={`End ${shell.person}'s shell in ${shell.jail}`}
              onClick={() => setAsked(shell)}
            >
              End …
            </Button>
          </li>
        ))}
      </ul>
      <Dialog
        open={asked !== null}
        onClose={() => setAsked(null)}
        title={asked ? `End ${asked.person}'s shell in ${asked.jail}?` : ""}
      >
        <p className="text-ink-2">
          What runs in it ends too. {asked?.person} is told that an admin ended it, and it stands in the audit trail.
        </p>
        <div className="mt-4 flex justify-end gap-2">
          <Button onClick={() => setAsked(null)}>Leave it</Button>
          <Button
            kind="danger"
            onClick={() => {
              const { terminal } = asked!;
              setAsked(null);
              void ending.run({ terminal }).then(() => router.refresh());
            }}
          >
            End it
          </Button>
        </div>
      </Dialog>
    </section>
  );
}
