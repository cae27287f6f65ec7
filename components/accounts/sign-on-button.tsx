"use client";
import { useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { Button } from "@/components/ui/button.tsx";
import { useAction, type Action } from "@/components/ui/use-action.ts";

/** Leaves for the single sign-on. `token`: takes this link there, instead of choosing a password. */
export function SignOnButton<I>({ word, input, leave }: { word: string; input: I; leave: Action<I, { url: string }> }) {
  const [away, setAway] = useState(false);
  const { run, pending, failure } = useAction(leave);
  return (
    <div className="space-y-3">
      {failure ? <FailureNotice failure={failure} /> : null}
      <Button
        className="w-full"
        busy={(pending || away) && "One moment …"}
        onClick={() =>
          void run(input).then((result) => {
            if (!result.ok) return;
            setAway(true);
            location.assign(result.value.url);
          })
        }
      >
        {word}
      </Button>
    </div>
  );
}
