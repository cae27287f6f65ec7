"use client";
import { useEffect } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Notice } from "@/components/ui/notice.tsx";

/** What stands where a page could not be drawn. The digest names the line in the log, or what every page lacks now. */
export function BrokenPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  useEffect(() => console.error(error), [error]);
  if (error.digest === "database-away") return <DatabaseAway reset={reset} />;
  return (
    <div className="mx-auto max-w-xl space-y-4 p-6 pt-[12vh]">
      <title>Something went wrong · knasthorst</title>
      <Notice tone="bad" title="This page could not be drawn.">
        <p>
          Your jails are not touched by it. Try again; if it stays, the panel&apos;s log holds the cause
          {error.digest ? (
            <>
              {" "}
              under <code>{error.digest}</code>
            </>
          ) : null}
          .
        </p>
      </Notice>
      <Button onClick={reset}>Try again</Button>
    </div>
  );
}

function DatabaseAway({ reset }: { reset: () => void }) {
  return (
    <div className="mx-auto max-w-xl space-y-4 p-6 pt-[12vh]">
      <title>Not available · knasthorst</title>
      <Notice tone="bad" title="The panel's database can't be reached.">
        <p>The jails go on, and open shells with them. Try again in a moment; the admin finds the cause in the log.</p>
      </Notice>
      <Button onClick={reset}>Try again</Button>
    </div>
  );
}
