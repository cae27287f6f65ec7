"use client";
import { useState } from "react";
import { Button, LONG_LABEL } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { TextField } from "@/components/ui/field.tsx";
import { useAction } from "@/components/ui/use-action.ts";
import type { JailRoom } from "@/server/contract/panel.ts";
import { FailureNotice } from "./failure-notice.tsx";
import { RoomConfigure } from "./room-configure.tsx";
import type { RoomActions } from "./jail-room.tsx";

/** What the jail may do, for an owner as far as the admin has opened it; for the admin also its end. */
export function RoomSettings({
  room,
  actions,
  onConfigure,
  onDestroy,
}: {
  room: JailRoom;
  actions: RoomActions;
  /** the job that writes its config has begun */
  onConfigure: (job: string) => void;
  /** the job that destroys it has begun */
  onDestroy: (job: string) => void;
}) {
  if (room.id === null)
    return <p className="text-ink-2">A jail made by hand has no id of ours, so it can't be given to a friend here.</p>;
  return (
    <div className="space-y-8">
      <RoomConfigure room={room} actions={actions.settings} onJob={onConfigure} />
      {room.rights.includes("destroy") ? <Destroy room={room} destroy={actions.destroy} onDestroy={onDestroy} /> : null}
    </div>
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
      <Button className={LONG_LABEL} kind="danger" disabled={!idle} onClick={() => setOpen(true)}>
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
