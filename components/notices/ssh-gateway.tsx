"use client";
import { useRef, useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { Button } from "@/components/ui/button.tsx";
import { TextField } from "@/components/ui/field.tsx";
import { Switch } from "@/components/ui/switch.tsx";
import { focusFirstInvalid, useAction, type Action } from "@/components/ui/use-action.ts";
import type { SshGatewaySettings, SshGatewayView } from "@/server/contract/ssh.ts";

/** Whether the panel listens for ssh, where, and by which key one knows that it is the panel. */
export function SshGateway({
  first,
  save,
}: {
  first: SshGatewayView;
  save: Action<SshGatewaySettings, SshGatewayView>;
}) {
  const [view, setView] = useState(first);
  const [address, setAddress] = useState(first.settings.address);
  const [port, setPort] = useState(String(first.settings.port));
  const action = useAction(save);
  const form = useRef<HTMLFormElement>(null);
  const shown = ["address", "port"].some((field) => action.problem(field));
  const { on } = view.settings;
  const set = (next: boolean) =>
    void action
      .run({ on: next, address: address.trim(), port: Number(port) })
      .then((result) => (result.ok ? setView(result.value) : focusFirstInvalid(form.current)));
  return (
    <form
      ref={form}
      aria-label="SSH gateway"
      noValidate
      className="max-w-2xl space-y-3"
      onSubmit={(event) => {
        event.preventDefault();
        set(on);
      }}
    >
      <div className="rows rounded border bg-raised">
        <Switch
          label="Shells by ssh"
          detail="Whoever may open shells in a jail also does it by ssh, with a key that he has added at You: same jails, same limits, nothing but shells."
          risk="one more door that listens on the network."
          checked={on}
          onChange={set}
        />
        <div className="grid gap-3 p-3 md:grid-cols-[1fr_8rem_auto] md:items-start">
          <TextField
            label="Address"
            mono
            value={address}
            onChange={setAddress}
            hint="One of the host's own; 0.0.0.0 is all of them, those of jails too."
            error={action.problem("address")}
          />
          <TextField
            label="Port"
            mono
            inputMode="numeric"
            value={port}
            onChange={setPort}
            error={action.problem("port")}
          />
          {on ? (
            <Button type="submit" className="md:mt-6" busy={action.pending && "Moving …"}>
              Listen there
            </Button>
          ) : null}
        </div>
      </div>
      <p role="status" className="text-13 text-ink-2">
        {view.now.state === "listening"
          ? `● Listening on ${view.settings.address} port ${view.settings.port}.`
          : view.now.state === "failed"
            ? `▲ Not listening: ${view.now.why}`
            : "○ Off: nothing listens."}
      </p>
      {view.hostKey ? (
        <p className="text-13 text-ink-3">
          Host key: <code className="break-all">{`${view.hostKey.type} ${view.hostKey.fingerprint}`}</code>
          <code className="mt-1 block break-all">{view.hostKey.line}</code>
        </p>
      ) : null}
      {action.failure && !shown ? <FailureNotice failure={action.failure} /> : null}
    </form>
  );
}
