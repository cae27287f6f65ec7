"use client";
import { useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { Switch } from "@/components/ui/switch.tsx";
import { type Action, useAction } from "@/components/ui/use-action.ts";
import type { AdminSettings } from "@/server/contract/panel-settings.ts";

/** What the admin decides for all, each switch at once. */
export function AdminSettingsForm({ first, save }: { first: AdminSettings; save: Action<AdminSettings, unknown> }) {
  const [settings, setSettings] = useState(first);
  const action = useAction(save);
  const set = (change: Partial<AdminSettings>) => {
    const next = { ...settings, ...change };
    void action.run(next).then((result) => result.ok && setSettings(next));
  };
  return (
    <div className="max-w-2xl space-y-3">
      <div className="rows rounded border bg-raised">
        <Switch
          label="Webhooks into private networks"
          detail="Without it, a webhook never leads to this host, to a jail or to a private address."
          risk="whoever has an account can make this host send a request to anything that it reaches."
          checked={settings.privateWebhooks}
          onChange={(privateWebhooks) => set({ privateWebhooks })}
        />
        <Switch
          label="Accounts by single sign-on"
          detail="Whom the sign-on knows and the panel does not gets an account of his own, without a jail."
          risk="everybody who can sign on there can sign in here."
          checked={settings.accountsBySignOn}
          onChange={(accountsBySignOn) => set({ accountsBySignOn })}
        />
      </div>
      {action.failure ? <FailureNotice failure={action.failure} /> : null}
    </div>
  );
}
