"use client";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { Button, ButtonLink } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { count } from "@/components/ui/format.ts";
import { useAction, type Action } from "@/components/ui/use-action.ts";
import type { FlavourSummary } from "@/server/contract/flavour.ts";
import { SWITCH_WORDS } from "../jails/switch-words.ts";

/** All flavours: what each brings, where it lies, what can be done with it. */
export function Flavours({
  flavours,
  directory,
  remove,
}: {
  flavours: FlavourSummary[];
  directory: string;
  remove: Action<{ name: string }, unknown>;
}) {
  const router = useRouter();
  const [leaving, setLeaving] = useState<string | null>(null);
  const action = useAction(remove);
  return (
    <div className="space-y-4">
      <ButtonLink kind="primary" href="/flavours/edit">
        New flavour
      </ButtonLink>
      {action.failure ? <FailureNotice failure={action.failure} /> : null}
      <ul aria-label="Flavours" className="rows rounded border bg-raised">
        {flavours.map((flavour) => (
          <li key={flavour.name} className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 px-3 py-3">
            <div className="min-w-0 flex-1 basis-72">
              <p>
                <span className="font-mono text-13 font-semibold">{flavour.name}</span>
                <span className="ml-2">{flavour.title}</span>
                {flavour.builtIn ? <span className="ml-2 text-13 text-ink-3">built in</span> : null}
              </p>
              {flavour.description ? <p className="text-ink-2">{flavour.description}</p> : null}
              {flavour.problem ? (
                <p className="text-bad">▲ {flavour.problem}</p>
              ) : (
                <p className="text-13 text-ink-3">{brings(flavour)}</p>
              )}
              {flavour.builtIn ? null : (
                <code className="text-13 break-all text-ink-3">
                  {directory}/{flavour.name}
                </code>
              )}
            </div>
            <span className="flex gap-1">
              <ButtonLink
                small
                href={`/flavours/edit?of=${flavour.name}`}
                aria-label={`${flavour.builtIn ? "Copy" : "Edit"} ${flavour.name}`}
              >
                {flavour.builtIn ? "Copy …" : "Edit"}
              </ButtonLink>
              {flavour.builtIn ? null : (
                <Button
                  small
                  kind="danger"
                  aria-label={`Remove ${flavour.name}`}
                  onClick={() => setLeaving(flavour.name)}
                >
                  Remove …
                </Button>
              )}
            </span>
          </li>
        ))}
      </ul>
      <Dialog open={leaving !== null} onClose={() => setLeaving(null)} title={`Remove ${leaving ?? ""}?`}>
        <p className="text-ink-2">Its files go for good. Jails that were made with it keep theirs.</p>
        <div className="mt-4 flex justify-end gap-2">
          <Button onClick={() => setLeaving(null)}>Keep it</Button>
          <Button
            kind="danger"
            busy={action.pending && "Removing …"}
            onClick={() =>
              leaving &&
              void action.run({ name: leaving }).then((result) => {
                setLeaving(null);
                if (result.ok) router.refresh();
              })
            }
          >
            Remove {leaving}
          </Button>
        </div>
      </Dialog>
    </div>
  );
}

function brings({ files, firstBoot, settings }: FlavourSummary): string {
  const switches = SWITCH_WORDS.flatMap(({ key, label }) => {
    const value = settings.switches[key];
    return value === undefined ? [] : [`${label} ${value ? "on" : "off"}`];
  });
  return [count(files, "file", "files"), ...(firstBoot ? ["a script at the first start"] : []), ...switches].join(
    " · ",
  );
}
