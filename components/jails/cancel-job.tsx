"use client";
import { useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import type { ActionResult } from "@/server/contract/action.ts";
import type { Failure } from "@/server/contract/errors.ts";
import { FailureNotice } from "./failure-notice.tsx";

export type Cancel = (input: { job: string }) => Promise<ActionResult<unknown>>;

/** Takes a job back that is at work; what it did is undone, which the steps then show. */
export function CancelJob({ job, cancel }: { job: string; cancel: Cancel }) {
  const [pending, setPending] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const press = async () => {
    setPending(true);
    const result = await cancel({ job });
    if (result.ok) return;
    setFailure(result.failure);
    setPending(false);
  };
  return (
    <div className="space-y-3">
      {failure ? <FailureNotice failure={failure} /> : null}
      <Button onClick={() => void press()} busy={pending && "Cancelling …"}>
        Cancel
      </Button>
    </div>
  );
}
