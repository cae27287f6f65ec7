"use client";
import { useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { Button } from "@/components/ui/button.tsx";
import { useAction, type Action } from "@/components/ui/use-action.ts";

/** Who is signed in takes it into his account by one press. */
export function AcceptInvitation({
  token,
  me,
  accept,
}: {
  token: string;
  me: string;
  accept: Action<{ token: string }, unknown>;
}) {
  const action = useAction(accept);
  const [away, setAway] = useState(false);
  return (
    <div className="space-y-3">
      <Button
        kind="primary"
        className="w-full"
        busy={(action.pending || away) && "One moment …"}
        onClick={() =>
          void action.run({ token }).then((result) => {
            if (!result.ok) return;
            setAway(true);
            location.assign("/jails");
          })
        }
      >
        Accept as {me}
      </Button>
      {action.failure ? <FailureNotice failure={action.failure} /> : null}
    </div>
  );
}
