"use client";
import { useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { useAction, type Action } from "@/components/ui/use-action.ts";
import type { JailRoom, People } from "@/server/contract/panel.ts";
import { dayOf, endOf, RightsFields, shellAsOf } from "./rights-fields.tsx";
import type { GrantInput } from "./room-people.tsx";

type Holder = People["holders"][number];
type Props = {
  room: JailRoom;
  /** as whom one's own shells run */ mineAs: string;
  set: Action<GrantInput, unknown>;
  onClose: () => void;
  onDone: () => void;
};

/** What one of those who can reach a jail may do in it, changed. */
export function ChangeGrant({ holder, ...rest }: Props & { holder: Holder | null }) {
  return (
    <Dialog
      open={holder !== null}
      onClose={rest.onClose}
      title={`What ${holder?.name ?? ""} may do with ${rest.room.name}`}
    >
      {holder ? <Change key={holder.id} holder={holder} {...rest} /> : null}
    </Dialog>
  );
}

function Change({ room, mineAs, holder, set, onClose, onDone }: Props & { holder: Holder }) {
  const [part, setPart] = useState({ rights: holder.rights, shellAs: holder.shellAs, until: dayOf(holder.endsAt) });
  const action = useAction(set);
  const atField = action.problem("rights") ?? action.problem("shellAs") ?? action.problem("endsAt");
  return (
    <form
      noValidate
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        const { rights, until } = part;
        const shellAs = shellAsOf(part, mineAs);
        const input = { name: room.name, account: holder.id, rights, shellAs, endsAt: endOf(until) };
        void action.run(input).then((result) => {
          if (!result.ok) return;
          onDone();
          onClose();
        });
      }}
    >
      <RightsFields part={part} onChange={setPart} mine={room.rights} mineAs={mineAs} problem={action.problem} />
      {action.failure && !atField ? <FailureNotice failure={action.failure} /> : null}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Leave it</Button>
        <Button type="submit" kind="primary" busy={action.pending && "Changing …"}>
          Change it for {holder.name}
        </Button>
      </div>
    </form>
  );
}
