"use client";
import { useRouter } from "next/navigation";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { useAction } from "@/components/ui/use-action.ts";
import type { Account } from "@/server/contract/panel.ts";
import type { FriendActions } from "./friends.tsx";

/** Which jails are his: a tick gives one at once, a second press takes it away. */
export function FriendJails({
  account,
  jails,
  actions,
  onClose,
}: {
  account: Account | null;
  jails: string[];
  actions: FriendActions;
  onClose: () => void;
}) {
  const router = useRouter();
  const assign = useAction(actions.assign);
  const unassign = useAction(actions.unassign);
  const failure = assign.failure ?? unassign.failure;
  // A grant to a jail that is not configured now still counts, so it stays in the list to be taken away.
  const all = [...new Set([...jails, ...(account?.jails ?? [])])].toSorted();
  return (
    <Dialog open={account !== null} onClose={onClose} title={`Jails of ${account?.name ?? ""}`}>
      {account ? (
        <div className="space-y-3">
          <p className="text-ink-2">
            A tick makes him an owner; for less, see the People tab of the jail. It counts at once, for open shells too.
          </p>
          {failure ? <FailureNotice failure={failure} /> : null}
          <ul className="rows max-h-80 overflow-y-auto rounded border">
            {all.map((jail) => (
              <li key={jail}>
                <label className="flex h-9 cursor-pointer items-center gap-3 px-3 font-mono text-13 max-md:h-12">
                  <input
                    type="checkbox"
                    className="accent-accent"
                    disabled={assign.pending || unassign.pending}
                    checked={account.jails.includes(jail)}
                    onChange={(event) => {
                      const verb = event.target.checked ? assign : unassign;
                      void verb
                        .run({ name: jail, account: account.id })
                        .then((result) => result.ok && router.refresh());
                    }}
                  />
                  {jail}
                </label>
              </li>
            ))}
          </ul>
          {all.length === 0 ? <p className="text-ink-2">There is no jail to give yet.</p> : null}
          <div className="text-right">
            <Button onClick={onClose}>Done</Button>
          </div>
        </div>
      ) : null}
    </Dialog>
  );
}
