"use client";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Since } from "@/components/ui/since.tsx";
import { StateMark, type MarkTone } from "@/components/ui/state-mark.tsx";
import { useAction, type Action } from "@/components/ui/use-action.ts";
import type { GrantRight } from "@/server/contract/grants.ts";
import type { Limits } from "@/server/contract/limits.ts";
import type { Account, OneTimeLink } from "@/server/contract/panel.ts";
import { CreateFriend } from "./create-friend.tsx";
import { budgetWords } from "./budget-words.ts";
import { type AccessActions, FriendAccess } from "./friend-access.tsx";
import { FriendBudget } from "./friend-budget.tsx";
import { FriendJails } from "./friend-jails.tsx";
import { LinkOnce } from "./link-once.tsx";

export type FriendActions = AccessActions & {
  create: Action<{ name: string; jails: string[]; rights: GrantRight[] }, { account: Account; link: OneTimeLink }>;
  newLink: Action<{ account: string }, OneTimeLink>;
  disable: Action<{ account: string }, unknown>;
  enable: Action<{ account: string }, unknown>;
  remove: Action<{ account: string }, unknown>;
  assign: Action<{ name: string; account: string }, unknown>;
  unassign: Action<{ name: string; account: string }, unknown>;
  budget: Action<{ account: string; budget: Limits }, unknown>;
};

const LOOK: Record<Account["state"], { tone: MarkTone; word: string }> = {
  active: { tone: "ok", word: "active" },
  invited: { tone: "warn", word: "invited" },
  disabled: { tone: "idle", word: "disabled" },
};

/** Everybody who may sign in, what is his, and the one-time links. */
export function Friends({
  accounts,
  jails,
  me,
  actions,
}: {
  accounts: Account[];
  /** names of the jails that can be given away */
  jails: string[];
  me: string;
  actions: FriendActions;
}) {
  const router = useRouter();
  const [shown, setShown] = useState<{ name: string; link: OneTimeLink } | null>(null);
  const [jailsOf, setJailsOf] = useState<string | null>(null);
  const [budgetOf, setBudgetOf] = useState<string | null>(null);
  const [leaving, setLeaving] = useState<Account | null>(null);
  const newLink = useAction(actions.newLink);
  const disable = useAction(actions.disable);
  const enable = useAction(actions.enable);
  const remove = useAction(actions.remove);
  const failure = [newLink, disable, enable, remove].find((one) => one.failure)?.failure;
  const chosen = accounts.find((account) => account.id === jailsOf);

  const link = async (account: Account) => {
    const result = await newLink.run({ account: account.id });
    if (result.ok) setShown({ name: account.name, link: result.value });
  };
  const after = (result: { ok: boolean }) => result.ok && router.refresh();

  return (
    <div className="space-y-6">
      <CreateFriend
        jails={jails}
        create={actions.create}
        onCreated={(name, made) => {
          setShown({ name, link: made });
          router.refresh();
        }}
      />
      {shown ? <LinkOnce name={shown.name} link={shown.link} onDone={() => setShown(null)} /> : null}
      {failure ? <FailureNotice failure={failure} /> : null}
      <div className="relative overflow-x-auto rounded border bg-raised max-md:border-0 max-md:bg-transparent">
        <table className="w-full border-collapse max-md:block">
          <caption className="sr-only">Accounts</caption>
          <thead className="max-md:sr-only">
            <tr className="border-b text-13 text-ink-3">
              {["State", "Name", "Jails", "Last sign-in", "What to do"].map((word, i) => (
                <th
                  key={word}
                  scope="col"
                  className={`h-9 px-3 font-normal whitespace-nowrap ${i === 4 ? "text-right" : "text-left"}`}
                >
                  {i === 4 ? <span className="sr-only">{word}</span> : word}
                </th>
              ))}
            </tr>
          </thead>
          <tbody className="rows max-md:block">
            {accounts.map((account) => {
              const admin = account.role === "admin";
              return (
                <tr
                  key={account.id}
                  className="max-md:grid max-md:grid-cols-[auto_1fr_auto] max-md:gap-x-3 max-md:gap-y-1 max-md:py-3"
                >
                  <td className="px-3 py-1 max-md:p-0">
                    <StateMark {...LOOK[account.state]} />
                  </td>
                  <td className="px-3 py-1 max-md:p-0">
                    <Link
                      href={`/friends/${account.id}`}
                      aria-label={`What ${account.name} can reach`}
                      className="font-mono text-13 font-semibold"
                    >
                      {account.name}
                    </Link>
                    {admin ? <span className="ml-2 text-13 text-ink-3">admin</span> : null}
                    {account.name === me ? <span className="ml-2 text-13 text-ink-3">you</span> : null}
                  </td>
                  <td className="px-3 py-1 font-mono text-13 text-ink-2 max-md:order-1 max-md:col-span-3 max-md:p-0">
                    {admin ? <span className="font-sans">all</span> : account.jails.join(" ") || "none"}
                    {budgetWords(account.budget) ? (
                      <span className="block font-sans text-ink-3">together at most {budgetWords(account.budget)}</span>
                    ) : null}
                  </td>
                  <td className="px-3 py-1 text-13 whitespace-nowrap text-ink-2 max-md:p-0">
                    {account.lastSignInAt ? <Since at={account.lastSignInAt} suffix=" ago" /> : "never"}
                  </td>
                  <td className="px-2 py-1 text-right whitespace-nowrap max-md:order-2 max-md:col-span-3 max-md:p-0 max-md:text-left">
                    {account.name === me ? null : (
                      <span className="inline-flex flex-wrap justify-end gap-1 max-md:justify-start min-[1600px]:flex-nowrap">
                        <FriendAccess account={account} actions={actions} />
                        {admin ? null : (
                          <Button small aria-label={`Jails of ${account.name}`} onClick={() => setJailsOf(account.id)}>
                            Jails …
                          </Button>
                        )}
                        {admin ? null : (
                          <Button
                            small
                            aria-label={`Budget of ${account.name}`}
                            onClick={() => setBudgetOf(account.id)}
                          >
                            Budget …
                          </Button>
                        )}
                        {account.state === "disabled" ? null : (
                          <Button
                            small
                            aria-label={`New password link for ${account.name}`}
                            onClick={() => void link(account)}
                          >
                            Password link
                          </Button>
                        )}
                        {account.state === "disabled" ? (
                          <Button
                            small
                            aria-label={`Enable ${account.name}`}
                            onClick={() => void enable.run({ account: account.id }).then(after)}
                          >
                            Enable
                          </Button>
                        ) : (
                          <Button
                            small
                            aria-label={`Disable ${account.name}`}
                            onClick={() => void disable.run({ account: account.id }).then(after)}
                          >
                            Disable
                          </Button>
                        )}
                        <Button
                          small
                          kind="danger"
                          aria-label={`Delete ${account.name}`}
                          onClick={() => setLeaving(account)}
                        >
                          Delete …
                        </Button>
                      </span>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <p className="text-13 text-ink-3">
        Disabling ends his sessions and open shells at once; his jails go on. Deleting takes his jails from him and
        deletes none of them; whom he has invited loses his part too.
      </p>
      <FriendJails account={chosen ?? null} jails={jails} actions={actions} onClose={() => setJailsOf(null)} />
      <FriendBudget
        account={accounts.find((account) => account.id === budgetOf) ?? null}
        set={actions.budget}
        onClose={() => setBudgetOf(null)}
      />
      <Dialog open={leaving !== null} onClose={() => setLeaving(null)} title={`Delete ${leaving?.name ?? ""}?`}>
        <p className="text-ink-2">
          The account and its password go; he is signed out at once.{" "}
          {leaving && leaving.jails.length > 0 ? (
            <>
              <span className="font-mono text-13">{leaving.jails.join(" ")}</span> goes on and belongs to you alone.
            </>
          ) : null}
        </p>
        <div className="mt-4 flex justify-end gap-2">
          <Button onClick={() => setLeaving(null)}>Keep it</Button>
          <Button
            kind="danger"
            busy={remove.pending && "Deleting …"}
            onClick={() =>
              leaving &&
              void remove.run({ account: leaving.id }).then((result) => {
                setLeaving(null);
                after(result);
              })
            }
          >
            Delete {leaving?.name}
          </Button>
        </div>
      </Dialog>
    </div>
  );
}
