"use client";
import { useEffect, useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { usePanel } from "@/components/jails/panel-context.tsx";
import { Page } from "@/components/panel/page.tsx";
import { Button } from "@/components/ui/button.tsx";
import { count } from "@/components/ui/format.ts";
import { useAction, type Action } from "@/components/ui/use-action.ts";
import { countTrouble, type CheckUp } from "@/server/contract/check-up.ts";
import { FindingRow } from "./finding-row.tsx";

/** A list as a doctor would give it: the finding, why it matters, the line that mends it. What is fine comes last, folded. */
export function CheckUpRoom({ first, look }: { first: CheckUp; look: Action<Record<string, never>, CheckUp> }) {
  const [found, setFound] = useState(first);
  const { setTrouble } = usePanel();
  const action = useAction(look);
  const trouble = countTrouble(found);
  useEffect(() => setFound(first), [first]);
  useEffect(() => setTrouble(trouble), [setTrouble, trouble]);
  const wrong = found.findings.filter((one) => one.level !== "ok");
  const fine = found.findings.filter((one) => one.level === "ok");
  return (
    <Page
      title="Check-up"
      lead="What is not right on this host, why it matters, and the line for root's shell that mends it. The panel changes nothing here by itself."
    >
      <div className="flex flex-wrap items-center gap-3">
        <Button
          busy={action.pending && "Looking …"}
          onClick={() =>
            void action.run({}).then((result) => {
              if (result.ok) setFound(result.value);
            })
          }
        >
          Look again
        </Button>
        <p role="status" className="text-13 text-ink-3">
          {trouble === 0 ? "Nothing to mend." : `${count(trouble, "thing", "things")} to mend.`} Looked at{" "}
          <time dateTime={found.at}>{found.at.slice(11, 19)} UTC</time> in {found.milliseconds} ms.
        </p>
      </div>
      {action.failure ? <FailureNotice failure={action.failure} /> : null}
      {wrong.length > 0 ? (
        <ul aria-label="Findings" className="space-y-6">
          {wrong.map((one) => (
            <FindingRow key={one.id} finding={one} />
          ))}
        </ul>
      ) : (
        <p className="text-ok">● Everything that was looked at is as it should be.</p>
      )}
      {fine.length > 0 ? (
        <details className="rounded border bg-raised">
          <summary className="cursor-pointer px-3 py-2 max-md:py-3">
            {count(fine.length, "thing", "things")} looked at and found well
          </summary>
          <ul aria-label="Found well" className="rows border-t">
            {fine.map((one) => (
              <li key={one.id} className="px-3 py-2">
                <span aria-hidden className="mr-2 text-ok">
                  ●
                </span>
                {one.title}
                {one.means ? <span className="block pl-5 text-13 text-ink-3">{one.means}</span> : null}
                {one.commands.length > 0 ? (
                  <pre className="mt-1 overflow-x-auto pl-5 text-13" tabIndex={0} aria-label={`Commands: ${one.title}`}>
                    {one.commands.join("\n")}
                  </pre>
                ) : null}
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </Page>
  );
}
