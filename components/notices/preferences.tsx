"use client";
import { useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { Button } from "@/components/ui/button.tsx";
import { CopyButton } from "@/components/ui/copy-button.tsx";
import { TextField } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { Switch } from "@/components/ui/switch.tsx";
import { type Action, useAction } from "@/components/ui/use-action.ts";
import type { NoticePreferences, NoticePreferencesView, WebhookSecret } from "@/server/contract/notices.ts";
import { KindTable } from "./kind-table.tsx";

/** Where notices go besides the panel, and which kinds go where. */
export function Preferences({
  first,
  save,
  renew,
}: {
  first: NoticePreferencesView;
  save: Action<NoticePreferences, WebhookSecret>;
  renew: Action<Record<string, never>, WebhookSecret>;
}) {
  const [email, setEmail] = useState(first.email ?? "");
  const [byMail, setByMail] = useState(first.byMail);
  const [webhook, setWebhook] = useState(first.webhook ?? "");
  const [off, setOff] = useState(first.off);
  const [kept, setKept] = useState(first.webhook);
  const [secret, setSecret] = useState<string | null>(null);
  const [saved, setSaved] = useState(false);
  const saving = useAction(save);
  const renewing = useAction(renew);
  const changed =
    <T,>(set: (value: T) => void) =>
    (value: T) => {
      set(value);
      setSaved(false);
    };
  return (
    <form
      noValidate
      className="max-w-3xl space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        const form = { email: email.trim() || null, byMail, webhook: webhook.trim() || null, off };
        void saving.run(form).then((result) => {
          if (!result.ok) return;
          setSaved(true);
          setKept(form.webhook);
          setSecret(result.value.secret);
        });
      }}
    >
      <TextField
        label="Mail address"
        type="email"
        autoComplete="email"
        value={email}
        onChange={changed(setEmail)}
        error={saving.problem("email")}
        hint={
          first.mailIsSetUp
            ? "Only the panel's notices go there."
            : "This panel has no mail server, so none goes there."
        }
      />
      <div className="rounded border bg-raised">
        <Switch
          label="Notices by mail"
          detail="At most 30 an hour; what is more waits."
          checked={byMail && email.trim() !== ""}
          onChange={changed(setByMail)}
        />
      </div>
      <TextField
        label="Webhook"
        mono
        inputMode="url"
        autoComplete="off"
        value={webhook}
        onChange={changed(setWebhook)}
        error={saving.problem("webhook")}
        hint="Each notice is posted there as JSON, signed by the headers webhook-id, webhook-timestamp and webhook-signature of the Standard Webhooks. One that fails comes again under the same webhook-id, so take each of these once."
      />
      <KindTable
        off={off}
        onChange={changed(setOff)}
        mail={email.trim() !== "" && byMail}
        webhook={webhook.trim() !== ""}
      />
      {saving.failure && saving.failure.problems.length === 0 ? <FailureNotice failure={saving.failure} /> : null}
      {renewing.failure ? <FailureNotice failure={renewing.failure} /> : null}
      {secret ? (
        <Notice tone="ok" title="The webhook's secret">
          <p className="flex items-center gap-2">
            <code className="min-w-0 break-all">{secret}</code>
            <CopyButton text={secret} label="Copy the secret" />
          </p>
          <p>It is shown only here and now. With it the receiver checks that a notice is from this panel.</p>
        </Notice>
      ) : null}
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" kind="primary" busy={saving.pending && "Saving …"}>
          Save how I am told
        </Button>
        {kept ? (
          <Button
            busy={renewing.pending && "Making …"}
            onClick={() => void renewing.run({}).then((result) => result.ok && setSecret(result.value.secret))}
          >
            New secret for the webhook
          </Button>
        ) : null}
        <span role="status" className="text-ink-2">
          {saved ? "Saved." : ""}
        </span>
      </div>
    </form>
  );
}
