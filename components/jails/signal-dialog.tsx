"use client";
import { useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Select } from "@/components/ui/field.tsx";
import { type Action, useAction } from "@/components/ui/use-action.ts";
import { type Process, Signal } from "@/server/contract/jail.ts";
import type { SignalForm } from "@/server/contract/panel.ts";
import { FailureNotice } from "./failure-notice.tsx";

const WORDS: Record<Signal, string> = {
  TERM: "TERM: please end",
  KILL: "KILL: end now, without a chance to save anything",
  HUP: "HUP: read the config again (most daemons)",
  INT: "INT: as Ctrl-C",
  STOP: "STOP: pause",
  CONT: "CONT: go on",
  USR1: "USR1",
  USR2: "USR2",
};
const ORDER: readonly Signal[] = ["TERM", "KILL", "HUP", "INT", "STOP", "CONT", "USR1", "USR2"];

/** Which signal a process gets, and the command that sends it. */
export function SignalDialog({
  name,
  to,
  signal,
  onClose,
}: {
  name: string;
  to: Process | null;
  signal: Action<SignalForm, unknown>;
  onClose: () => void;
}) {
  const [which, setWhich] = useState<Signal>("TERM");
  const { run, pending, failure, setFailure } = useAction(signal);
  const close = () => {
    setFailure(null);
    onClose();
  };
  return (
    <Dialog open={to !== null} onClose={close} title={`Signal to process ${to?.pid ?? ""}`}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          void run({ name, pid: to!.pid, signal: which }).then((result) => result.ok && close());
        }}
      >
        <p className="truncate font-mono text-13 text-ink-2">{to?.command}</p>
        <Select
          label="Signal"
          value={which}
          onChange={(value) => setWhich(Signal.parse(value))}
          options={ORDER.map((value) => ({ value, label: WORDS[value] }))}
        />
        <p className="text-13 text-ink-3">
          <code>
            jexec -l {name} /bin/kill -s {which} {to?.pid}
          </code>
        </p>
        {failure ? <FailureNotice failure={failure} /> : null}
        <div className="flex justify-end gap-2">
          <Button onClick={close}>Leave it alone</Button>
          <Button type="submit" kind="danger" busy={pending && "Sending …"}>
            Send {which}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
