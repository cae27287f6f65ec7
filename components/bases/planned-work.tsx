"use client";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { Button } from "@/components/ui/button.tsx";
import { TextField } from "@/components/ui/field.tsx";
import { formatMoment } from "@/components/ui/format.ts";
import { type Action, useAction } from "@/components/ui/use-action.ts";
import type { PlannedWork as Work, PlanWorkForm } from "@/server/contract/notices.ts";

/** Says beforehand, to the people of the jails on a base, when it will be updated; and takes that back. */
export function PlannedWork({
  base,
  planned,
  plan,
  takeBack,
}: {
  base: string;
  planned: Work[];
  plan: Action<PlanWorkForm, unknown>;
  takeBack: Action<{ work: string }, unknown>;
}) {
  const router = useRouter();
  const [at, setAt] = useState("");
  const [note, setNote] = useState("");
  const planning = useAction(plan);
  const taking = useAction(takeBack);
  return (
    <div className="max-w-2xl space-y-4">
      {planned.length > 0 ? (
        <ul aria-label="Planned work" className="rows rounded border bg-raised">
          {planned.map((work) => (
            <li key={work.id} className="flex items-start gap-3 px-3 py-2">
              <div className="min-w-0 flex-1">
                <p>
                  <time dateTime={work.at}>{formatMoment(work.at)} UTC</time> · by {work.by}
                </p>
                {work.note ? <p className="text-13 break-words text-ink-2">{work.note}</p> : null}
                <p className="text-13 break-words text-ink-3">
                  {work.jails.length > 0 ? work.jails.map(({ name }) => name).join(", ") : "No jail stood on it."}
                </p>
              </div>
              <Button
                small
                busy={taking.pending && "Taking back …"}
                aria-label={`Take back the work of ${formatMoment(work.at)}`}
                onClick={() => void taking.run({ work: work.id }).then((result) => result.ok && router.refresh())}
              >
                Take back
              </Button>
            </li>
          ))}
        </ul>
      ) : null}
      {taking.failure ? <FailureNotice failure={taking.failure} /> : null}
      <form
        noValidate
        className="space-y-3"
        onSubmit={(event) => {
          event.preventDefault();
          // The field has the browser's own time.
          const moment = new Date(at);
          const iso = Number.isNaN(moment.getTime()) ? "" : moment.toISOString();
          void planning.run({ base, at: iso, note }).then((result) => {
            if (!result.ok) return;
            setAt("");
            setNote("");
            router.refresh();
          });
        }}
      >
        <TextField
          label="When"
          type="datetime-local"
          value={at}
          onChange={setAt}
          error={planning.problem("at")}
          hint="In your own time; the notice says it in UTC. Nothing happens by itself then: you do the work."
        />
        <TextField label="Note" value={note} onChange={setNote} error={planning.problem("note")} maxLength={300} />
        {planning.failure && planning.failure.problems.length === 0 ? (
          <FailureNotice failure={planning.failure} />
        ) : null}
        <Button type="submit" busy={planning.pending && "Telling …"}>
          Tell the jails&apos; people
        </Button>
      </form>
    </div>
  );
}
