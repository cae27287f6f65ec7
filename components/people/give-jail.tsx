"use client";
import { useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Select } from "@/components/ui/field.tsx";
import { useAction, type Action } from "@/components/ui/use-action.ts";
import { type Preset, PRESETS } from "@/server/contract/grants.ts";
import { ROOT } from "@/server/contract/shell-choice.ts";
import type { AccountRef, JailRoom } from "@/server/contract/panel.ts";
import { PRESET_WORDS } from "./rights-words.ts";
import type { GrantInput } from "./room-people.tsx";

/** For the admin: a friend who has an account gets a part at once, without a link. */
export function GiveJail({
  room,
  friends,
  set,
  onGiven,
}: {
  room: JailRoom;
  friends: AccountRef[];
  set: Action<GrantInput, unknown>;
  onGiven: () => void;
}) {
  const [chosen, setChosen] = useState("");
  const [preset, setPreset] = useState<Preset>("owner");
  const action = useAction(set);
  const account = friends.find((friend) => friend.id === chosen) ?? friends[0]!;
  return (
    <section aria-label="Give it to a friend" className="space-y-3">
      <h2 className="text-16 font-semibold">Give it to a friend</h2>
      {action.failure ? <FailureNotice failure={action.failure} /> : null}
      <form
        className="grid max-w-2xl items-end gap-3 sm:grid-cols-[1fr_1fr_auto]"
        onSubmit={(event) => {
          event.preventDefault();
          const input = {
            name: room.name,
            account: account.id,
            rights: [...PRESETS[preset]],
            shellAs: ROOT,
            endsAt: null,
          };
          void action.run(input).then((result) => result.ok && onGiven());
        }}
      >
        <Select
          label="Friend"
          value={account.id}
          onChange={setChosen}
          options={friends.map((friend) => ({ value: friend.id, label: friend.name }))}
        />
        <Select
          label="As"
          value={preset}
          onChange={(value) => setPreset(value as Preset)}
          options={Object.entries(PRESET_WORDS).map(([value, label]) => ({ value, label }))}
        />
        <Button type="submit" busy={action.pending && "Giving …"}>
          Give {room.name}
        </Button>
      </form>
    </section>
  );
}
