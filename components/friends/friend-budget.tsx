"use client";
import { useRouter } from "next/navigation";
import { useState, type FormEvent } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { LimitFields } from "@/components/jails/limit-fields.tsx";
import { LIMIT_WORDS, limitProblem } from "@/components/jails/limit-form.ts";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { useAction } from "@/components/ui/use-action.ts";
import type { Account } from "@/server/contract/panel.ts";
import type { FriendActions } from "./friends.tsx";

type Close = { set: FriendActions["budget"]; onClose: () => void };

/** What all his jails that run may use together. */
export function FriendBudget({ account, set, onClose }: Close & { account: Account | null }) {
  return (
    <Dialog open={account !== null} onClose={onClose} title={`Budget of ${account?.name ?? ""}`}>
      {account ? <BudgetForm key={account.id} account={account} set={set} onClose={onClose} /> : null}
    </Dialog>
  );
}

function BudgetForm({ account, set, onClose }: Close & { account: Account }) {
  const router = useRouter();
  const [budget, setBudget] = useState(account.budget);
  const action = useAction(set);
  const wrong = LIMIT_WORDS.some(({ kind }) => limitProblem(kind, budget[kind]) !== null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (wrong) return;
    const result = await action.run({ account: account.id, budget });
    if (!result.ok) return;
    router.refresh();
    onClose();
  };
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="space-y-4" aria-label="Budget">
      <p className="text-ink-2">
        The limits of all his jails that run, added up. A start from the panel that would go beyond is refused, and so
        is that of a jail without such a limit. Nothing that runs is stopped; jails that start at boot are not held to
        it.
      </p>
      <LimitFields
        value={budget}
        onChange={setBudget}
        problem={action.problem}
        path="budget"
        none="no budget"
        hints={false}
      />
      {action.failure ? <FailureNotice failure={action.failure} /> : null}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Leave it</Button>
        <Button type="submit" kind="primary" busy={action.pending && "Setting …"}>
          Set the budget of {account.name}
        </Button>
      </div>
    </form>
  );
}
