"use client";
import { useRef, useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { LinkOnce } from "@/components/friends/link-once.tsx";
import { Button } from "@/components/ui/button.tsx";
import { TextField } from "@/components/ui/field.tsx";
import { focusFirstInvalid, useAction, type Action } from "@/components/ui/use-action.ts";
import { INVITATION_DAYS, type GrantRight, PRESETS } from "@/server/contract/grants.ts";
import type { JailRoom, SentInvitation } from "@/server/contract/panel.ts";
import { endOf, type Part, RightsFields, shellAsOf } from "./rights-fields.tsx";

export type InviteInput = {
  grants: { name: string; rights: GrantRight[]; shellAs: string; endsAt: string | null }[];
  email: string | null;
  note: string;
  days: number;
};

/** A link that brings whoever opens it a part in this jail: somebody new chooses a name and a password, who has an account just accepts. */
export function Invite({
  room,
  mineAs,
  invite,
  onSent,
}: {
  room: JailRoom;
  /** as whom one's own shells run */
  mineAs: string;
  invite: Action<InviteInput, SentInvitation>;
  onSent: () => void;
}) {
  const helper = PRESETS.helper.every((right) => room.rights.includes(right));
  const [part, setPart] = useState<Part>({
    rights: [...(helper ? PRESETS.helper : PRESETS.viewer)],
    shellAs: mineAs,
    until: "",
  });
  const [email, setEmail] = useState("");
  const [days, setDays] = useState(String(INVITATION_DAYS.usual));
  const [sent, setSent] = useState<{ to: string; made: SentInvitation } | null>(null);
  const action = useAction(invite);
  const form = useRef<HTMLFormElement>(null);
  const at = (field: string) =>
    action.problem(["rights", "shellAs", "endsAt"].includes(field) ? `grants.0.${field}` : field);
  const named = ["rights", "shellAs", "endsAt", "email", "days"].some((field) => at(field));
  const submit = async () => {
    const to = email.trim();
    const grants = [
      { name: room.name, rights: part.rights, shellAs: shellAsOf(part, mineAs), endsAt: endOf(part.until) },
    ];
    const result = await action.run({ grants, email: to || null, note: "", days: Number(days) });
    if (!result.ok) return focusFirstInvalid(form.current);
    setSent({ to: to || "your guest", made: result.value });
    setEmail("");
    onSent();
  };
  return (
    <section aria-label="Invite somebody" className="space-y-3">
      <h2 className="text-16 font-semibold">Invite somebody</h2>
      {sent ? (
        <>
          {sent.made.mailed ? <p className="text-ok">● The link went to {sent.to} by mail.</p> : null}
          <LinkOnce
            name={sent.to}
            link={sent.made.link}
            words="Who opens it gets this part of the jail: with a name and a password of his own choice, or into his account."
            onDone={() => setSent(null)}
          />
        </>
      ) : null}
      <form
        ref={form}
        aria-label="Invitation"
        noValidate
        className="grid gap-4 rounded border bg-raised p-4 lg:grid-cols-2"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <RightsFields part={part} onChange={setPart} mine={room.rights} mineAs={mineAs} problem={at} />
        <div className="space-y-3">
          <TextField
            label="Mail address"
            type="email"
            autoComplete="off"
            value={email}
            onChange={(typed) => {
              setEmail(typed);
              action.setFailure(null);
            }}
            error={at("email")}
            hint="Optional: the link goes there if the panel can send mail. It is shown here in any case."
          />
          <TextField
            label="Days until it is too old"
            inputMode="numeric"
            mono
            value={days}
            onChange={(typed) => {
              setDays(typed);
              action.setFailure(null);
            }}
            error={at("days")}
            hint={`${INVITATION_DAYS.min} to ${INVITATION_DAYS.max}. It works once.`}
          />
          {action.failure && !named ? <FailureNotice failure={action.failure} /> : null}
          <Button type="submit" kind="primary" busy={action.pending && "Making …"}>
            Make the link
          </Button>
        </div>
      </form>
    </section>
  );
}
