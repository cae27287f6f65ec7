"use client";
import Link from "next/link";
import { useCallback, useState } from "react";
import { ShellChoiceDialog } from "@/components/terminal/shell-choice.tsx";
import { Button } from "@/components/ui/button.tsx";
import { type RecordingActions, RoomRecordings } from "@/components/recordings/room-recordings.tsx";
import type { JailState } from "@/server/contract/jail.ts";
import type { JailRow } from "@/server/contract/panel.ts";
import type { ShellChoice } from "@/server/contract/shell-choice.ts";
import { OwnShells } from "./own-shells.tsx";
import { usePanel } from "./panel-context.tsx";
import type { Power } from "./power.tsx";

/** My shells in this jail; each stays open when the page is closed. */
export function RoomShells({
  room: { name, rights },
  state,
  power,
  recordings,
}: {
  room: Pick<JailRow, "name" | "rights">;
  state: JailState;
  power: Power;
  recordings: RecordingActions;
}) {
  const { shells, me, actions, addShell } = usePanel();
  const [choosing, setChoosing] = useState(false);
  const choices = useCallback((jail: string) => actions.shellChoices({ name: jail }), [actions]);
  const open = async (jail: string, choice: ShellChoice) => {
    const result = await actions.openShell({ name: jail, ...choice, cols: 80, rows: 24 });
    if (result.ok) addShell(result.value);
    return result.ok ? null : result.failure;
  };
  const mine = shells.filter((shell) => shell.jail === name);
  return (
    <div className="space-y-3">
      <p className="text-ink-2">
        A shell runs in the jail as root, or as the account that your part in it names. It goes on when you close this
        page; open it again and the screen is as it was.{" "}
        <Link href="/shells" className="link">
          All my shells
        </Link>
      </p>
      <OwnShells jail={name} label={`My shells in ${name}`} />
      {state === "running" ? (
        <div className="flex flex-wrap gap-2">
          <Button busy={power.pending === "Opening …" && power.pending} onClick={power.shell}>
            {mine.length > 0 ? "Open another shell" : "Open the first shell"}
          </Button>
          <Button onClick={() => setChoosing(true)}>Choose shell and account …</Button>
          <ShellChoiceDialog
            jail={choosing ? name : null}
            onClose={() => setChoosing(false)}
            choices={choices}
            open={open}
          />
        </div>
      ) : (
        <p className="text-ink-2">Start the jail first; there is no shell in a jail that does not run.</p>
      )}
      <div className="pt-3">
        <RoomRecordings name={name} me={me.name} mayArchive={rights.includes("archive")} actions={recordings} />
      </div>
    </div>
  );
}
