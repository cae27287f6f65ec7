"use client";
import { useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Select, TextField } from "@/components/ui/field.tsx";
import { useAction } from "@/components/ui/use-action.ts";
import type { AccountRef, JailRoom } from "@/server/contract/panel.ts";
import { FailureNotice } from "./failure-notice.tsx";
import type { RoomActions } from "./jail-room.tsx";

/** For the admin: who owns the jail, and its end. */
export function RoomSettings({
  room,
  friends,
  actions,
  onChange,
  onDestroy,
}: {
  room: JailRoom;
  friends: AccountRef[];
  actions: RoomActions;
  onChange: () => void;
  /** the job that destroys it has begun */
  onDestroy: (job: string) => void;
}) {
  if (room.id === null)
    return <p className="text-ink-2">A jail made by hand has no id of ours, so it can't be given to a friend here.</p>;
  return (
    <div className="space-y-8">
      <Owners room={room} friends={friends} actions={actions} onChange={onChange} />
      <Destroy room={room} destroy={actions.destroy} onDestroy={onDestroy} />
    </div>
  );
}

function Owners({ room, friends, actions, onChange }: Omit<Parameters<typeof RoomSettings>[0], "onDestroy">) {
  const assign = useAction(actions.assign);
  const unassign = useAction(actions.unassign);
  const others = friends.filter((friend) => !room.owners.some((owner) => owner.id === friend.id));
  const [chosen, setChosen] = useState("");
  const account = others.find((friend) => friend.id === chosen)?.id ?? others[0]?.id;
  const failure = assign.failure ?? unassign.failure;
  const change = async (verb: typeof assign, id: string) => {
    assign.setFailure(null);
    unassign.setFailure(null);
    if ((await verb.run({ name: room.name, account: id })).ok) onChange();
  };
  return (
    <section aria-label="Owners" className="space-y-3">
      <h2 className="text-16 font-semibold">Owners</h2>
      <p className="text-ink-2">
        An owner sees this jail, starts and stops it, and is root in its shells. He can reach no other jail through it.
      </p>
      {failure ? <FailureNotice failure={failure} /> : null}
      {room.owners.length > 0 ? (
        <ul aria-label="Owners" className="rows max-w-md rounded border bg-raised">
          {room.owners.map((owner) => (
            <li key={owner.id} className="flex h-9 items-center justify-between pr-1 pl-3 max-md:h-12">
              {owner.name}
              <Button
                small
                busy={unassign.pending && "Taking …"}
                aria-label={`Take ${room.name} from ${owner.name}`}
                onClick={() => void change(unassign, owner.id)}
              >
                Take away
              </Button>
            </li>
          ))}
        </ul>
      ) : (
        <p className="text-ink-2">Nobody yet; it is the admin&apos;s alone.</p>
      )}
      {others.length > 0 ? (
        <div className="flex max-w-md items-end gap-2">
          <div className="flex-1">
            <Select
              label="Friend"
              value={account ?? ""}
              onChange={setChosen}
              options={others.map((friend) => ({ value: friend.id, label: friend.name }))}
            />
          </div>
          <Button busy={assign.pending && "Giving …"} onClick={() => account && void change(assign, account)}>
            Give {room.name}
          </Button>
        </div>
      ) : null}
    </section>
  );
}

function Destroy({
  room,
  destroy,
  onDestroy,
}: {
  room: JailRoom;
  destroy: RoomActions["destroy"];
  onDestroy: (job: string) => void;
}) {
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState("");
  const action = useAction(destroy);
  const idle = room.state === "stopped" || room.state === "broken";
  return (
    <section aria-label="Destroy" className="space-y-3">
      <h2 className="text-16 font-semibold">Destroy</h2>
      <p className="text-ink-2">
        Removes <code>{room.path}</code>
        {room.config ? (
          <>
            , <code>{room.config.path}</code>
          </>
        ) : null}
        {room.fstab ? (
          <>
            , <code>{room.fstab.path}</code>
          </>
        ) : null}{" "}
        and its place in <code>jail_list</code>. There is no way back but a backup of yours.
      </p>
      {idle ? null : <p className="text-warn">◐ Stop {room.name} first.</p>}
      <Button kind="danger" disabled={!idle} onClick={() => setOpen(true)}>
        Destroy {room.name} …
      </Button>
      {action.failure ? <FailureNotice failure={action.failure} /> : null}
      <Dialog open={open} onClose={() => setOpen(false)} title={`Destroy ${room.name}?`}>
        <form
          className="space-y-4"
          onSubmit={(event) => {
            event.preventDefault();
            if (typed !== room.name) return;
            void action.run({ name: room.name, confirm: typed }).then((result) => {
              setOpen(false);
              setTyped("");
              if (result.ok) onDestroy(result.value.job);
            });
          }}
        >
          <p className="text-ink-2">
            All files of <b>{room.hostname}</b> go with it. To be sure, type its name: <code>{room.name}</code>
          </p>
          <TextField label="Name of the jail" mono autoComplete="off" value={typed} onChange={setTyped} />
          <div className="flex justify-end gap-2">
            <Button onClick={() => setOpen(false)}>Keep it</Button>
            <Button type="submit" kind="danger" disabled={typed !== room.name} busy={action.pending && "Destroying …"}>
              Destroy for good
            </Button>
          </div>
        </form>
      </Dialog>
    </section>
  );
}
