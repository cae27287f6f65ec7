"use client";
import { useCallback, useEffect, useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { Button } from "@/components/ui/button.tsx";
import { formatMoment } from "@/components/ui/format.ts";
import { useAction, type Action } from "@/components/ui/use-action.ts";
import type { AccountRef, JailRoom, People, SentInvitation } from "@/server/contract/panel.ts";
import { ROOT } from "@/server/contract/shell-choice.ts";
import { ChangeGrant } from "./change-grant.tsx";
import { GiveJail } from "./give-jail.tsx";
import { Invite, type InviteInput } from "./invite.tsx";
import { rightsWords } from "./rights-words.ts";

export type GrantInput = {
  name: string;
  account: string;
  rights: People["holders"][number]["rights"];
  shellAs: string;
  endsAt: string | null;
};
export type PeopleActions = {
  list: Action<{ name: string }, People>;
  set: Action<GrantInput, unknown>;
  take: Action<{ name: string; account: string }, unknown>;
  invite: Action<InviteInput, SentInvitation>;
  revoke: Action<{ invitation: string }, unknown>;
};

/** Who can reach a jail and through whom; changed, taken away and invited from here. */
export function RoomPeople({
  room,
  me,
  friends,
  actions,
}: {
  room: JailRoom;
  me: string;
  /** whom the admin can give it to without a link; an owner is shown nobody */
  friends: AccountRef[];
  actions: PeopleActions;
}) {
  const [people, setPeople] = useState<People | null>(null);
  const [changing, setChanging] = useState<People["holders"][number] | null>(null);
  const list = useAction(actions.list);
  const take = useAction(actions.take);
  const revoke = useAction(actions.revoke);
  const { run } = list;
  const load = useCallback(async () => {
    const result = await run({ name: room.name });
    if (result.ok) setPeople(result.value);
  }, [run, room.name]);
  useEffect(() => void load(), [load]);
  const after = (result: { ok: boolean }) => (result.ok ? load() : undefined);
  const failure = list.failure ?? take.failure ?? revoke.failure;
  if (!people) return failure ? <FailureNotice failure={failure} /> : <p className="text-ink-2">Looking …</p>;
  const mineAs = people.holders.find((one) => one.name === me)?.shellAs ?? ROOT;
  const others = friends.filter((friend) => !people.holders.some((one) => one.id === friend.id));
  return (
    <div className="space-y-8">
      <section aria-label="People" className="space-y-3">
        <h2 className="text-16 font-semibold">Who can reach {room.name}</h2>
        <p className="max-w-prose text-ink-2">
          Beside the admin of the host, who can reach every jail. A change counts at once, for open shells too; who came
          through somebody loses his part with him.
        </p>
        {failure ? <FailureNotice failure={failure} /> : null}
        {people.holders.length > 0 ? (
          <ul aria-label="People" className="rows rounded border bg-raised">
            {people.holders.map((one) => (
              <li key={one.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2">
                <div className="min-w-0 flex-1 basis-60">
                  <span className="font-mono text-13 font-semibold">{one.name}</span>
                  {one.name === me ? <span className="ml-2 text-13 text-ink-3">you</span> : null}
                  <span className="ml-2">{rightsWords(one.rights, one.shellAs)}</span>
                  <span className="block text-13 text-ink-3">
                    {one.through ? `through ${one.through.name}` : "through nobody who is still here"}
                    {one.endsAt ? `, until ${formatMoment(one.endsAt)} UTC` : ""}
                  </span>
                </div>
                {one.changeable ? (
                  <Button small aria-label={`Change what ${one.name} may do`} onClick={() => setChanging(one)}>
                    Change …
                  </Button>
                ) : null}
                {one.changeable || one.name === me ? (
                  <Button
                    small
                    kind="danger"
                    busy={take.pending && "Taking …"}
                    aria-label={one.name === me ? `Give ${room.name} back` : `Take ${room.name} from ${one.name}`}
                    onClick={() => void take.run({ name: room.name, account: one.id }).then(after)}
                  >
                    {one.name === me ? "Give it back" : "Take away"}
                    {one.below.length > 0 ? `, with ${one.below.join(", ")}` : ""}
                  </Button>
                ) : null}
              </li>
            ))}
          </ul>
        ) : (
          <p className="text-ink-2">Nobody yet; it is the admin&apos;s alone.</p>
        )}
      </section>
      {others.length > 0 ? <GiveJail room={room} friends={others} set={actions.set} onGiven={load} /> : null}
      <Invite room={room} mineAs={mineAs} invite={actions.invite} onSent={load} />
      {people.invitations.length > 0 ? (
        <section aria-label="Open invitations" className="space-y-3">
          <h2 className="text-16 font-semibold">Open invitations</h2>
          <ul className="rows rounded border bg-raised">
            {people.invitations.map((one) => (
              <li key={one.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2">
                <div className="min-w-0 flex-1 basis-60">
                  {one.email ?? (one.note || "by link")}
                  <span className="ml-2 text-13 text-ink-3">
                    from {one.by}, until {formatMoment(one.expiresAt)} UTC
                  </span>
                  {one.grants.map((grant) => (
                    <span key={grant.jail} className="block text-13 text-ink-2">
                      <code>{grant.jail}</code> {rightsWords(grant.rights, grant.shellAs)}
                    </span>
                  ))}
                </div>
                <Button
                  small
                  busy={revoke.pending && "Taking …"}
                  onClick={() => void revoke.run({ invitation: one.id }).then(after)}
                >
                  Take it back
                </Button>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      <ChangeGrant
        room={room}
        mineAs={mineAs}
        holder={changing}
        set={actions.set}
        onClose={() => setChanging(null)}
        onDone={load}
      />
    </div>
  );
}
