"use client";
import { useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import type { Action } from "@/components/ui/use-action.ts";
import { AddPasskey, type PasskeyActions } from "./add-passkey.tsx";
import { CodesOnce } from "./codes-once.tsx";
import { SetUpTotp, type TotpActions } from "./set-up-totp.tsx";

/** The two second factors to choose from, for one who can do nothing else before he has one. */
export function MustHaveFactor({
  settling,
  noPasskeys,
  actions,
  signOut,
}: {
  settling: boolean;
  noPasskeys: string | null;
  actions: TotpActions & PasskeyActions;
  signOut: Action<Record<string, never>, unknown>;
}) {
  const [codes, setCodes] = useState<string[] | null>(null);
  const on = () => location.assign("/");
  const done = (made: string[]) => (made.length > 0 ? setCodes(made) : on());
  if (codes) return <CodesOnce codes={codes} word="I keep them, go on" onDone={on} />;
  if (!settling)
    return (
      <Button kind="primary" onClick={on}>
        All is set up. Go on
      </Button>
    );
  return (
    <div className="space-y-8">
      <SetUpTotp actions={actions} onDone={done} />
      <AddPasskey actions={actions} noPasskeys={noPasskeys} onDone={done} />
      <Button small kind="quiet" onClick={() => void signOut({}).finally(() => location.assign("/sign-in"))}>
        Sign out
      </Button>
    </div>
  );
}
