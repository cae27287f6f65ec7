"use client";
import { useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { useAction, type Action } from "@/components/ui/use-action.ts";
import type { Account } from "@/server/contract/panel.ts";

export type AccessActions = {
  signOutOf: Action<{ account: string }, unknown>;
  resetFactor: Action<{ account: string }, unknown>;
};

/** What the admin can do about somebody's sessions and second factor without disabling him. */
export function FriendAccess({ account, actions }: { account: Account; actions: AccessActions }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button small aria-label={`Sessions of ${account.name}`} onClick={() => setOpen(true)}>
        Sessions …
      </Button>
      <Dialog open={open} onClose={() => setOpen(false)} title={`Sessions of ${account.name}`}>
        <Access account={account} actions={actions} onClose={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

function Access({ account, actions, onClose }: { account: Account; actions: AccessActions; onClose: () => void }) {
  const signOut = useAction(actions.signOutOf);
  const reset = useAction(actions.resetFactor);
  const [said, setSaid] = useState<string | null>(null);
  const failure = signOut.failure ?? reset.failure;
  return (
    <div className="space-y-4 text-left whitespace-normal">
      <p className="text-ink-2">
        Signing out ends every session in every browser; open shells close within seconds and go on without a viewer.
      </p>
      <p className="text-ink-2">
        Taking the second factor off is for one who has lost phone, passkeys and codes: then the password alone lets him
        in. Be sure that it is he who asks.
      </p>
      {failure ? <FailureNotice failure={failure} /> : null}
      {said ? <Notice tone="ok" title={said} /> : null}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>Done</Button>
        <Button
          kind="danger"
          busy={reset.pending && "Taking it off …"}
          onClick={() =>
            void reset
              .run({ account: account.id })
              .then((result) => setSaid(result.ok ? `${account.name} has no second factor now.` : null))
          }
        >
          Take the second factor off
        </Button>
        <Button
          busy={signOut.pending && "Signing out …"}
          onClick={() =>
            void signOut
              .run({ account: account.id })
              .then((result) => setSaid(result.ok ? `${account.name} is signed out everywhere.` : null))
          }
        >
          Sign out everywhere
        </Button>
      </div>
    </div>
  );
}
