"use client";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { Button } from "@/components/ui/button.tsx";
import { count } from "@/components/ui/format.ts";
import { Since } from "@/components/ui/since.tsx";
import { useAction, type Action } from "@/components/ui/use-action.ts";
import type { SecondFactorView } from "@/server/contract/second-factor.ts";
import { AddPasskey, type PasskeyActions } from "./add-passkey.tsx";
import { CodesOnce } from "./codes-once.tsx";
import { SetUpTotp, type TotpActions } from "./set-up-totp.tsx";

export type FactorActions = TotpActions &
  PasskeyActions & {
    totpRemove: Action<Record<string, never>, unknown>;
    passkeyRemove: Action<{ id: string }, unknown>;
    recoveryCodes: Action<Record<string, never>, { codes: string[] }>;
  };

/** Authenticator, passkeys and recovery codes of the person who is signed in. */
export function SecondFactor({ view, actions }: { view: SecondFactorView; actions: FactorActions }) {
  const router = useRouter();
  const [codes, setCodes] = useState<string[] | null>(null);
  const removeTotp = useAction(actions.totpRemove);
  const removePasskey = useAction(actions.passkeyRemove);
  const anew = useAction(actions.recoveryCodes);
  const failure = removeTotp.failure ?? removePasskey.failure ?? anew.failure;
  const any = view.totpSince !== null || view.passkeys.length > 0;
  const done = (made: string[]) => {
    if (made.length > 0) setCodes(made);
    router.refresh();
  };
  const after = (result: { ok: boolean }) => result.ok && router.refresh();
  return (
    <div className="space-y-5">
      <p className="max-w-prose text-ink-2">
        {any
          ? "After the password you are asked for one of these, and again before what can't be undone."
          : "Whoever learns your password is in. With a second factor he needs your phone or your passkey as well."}
      </p>
      {codes ? <CodesOnce codes={codes} onDone={() => setCodes(null)} /> : null}
      {failure ? <FailureNotice failure={failure} /> : null}
      {view.totpSince ? (
        <p className="flex flex-wrap items-center gap-3">
          <span>
            Authenticator, set up <Since at={view.totpSince} suffix=" ago" />
          </span>
          <Button
            small
            kind="danger"
            busy={removeTotp.pending && "Removing …"}
            onClick={() => void removeTotp.run({}).then(after)}
          >
            Remove the authenticator
          </Button>
        </p>
      ) : (
        <SetUpTotp actions={actions} onDone={done} />
      )}
      {view.passkeys.length > 0 ? (
        <ul aria-label="Passkeys" className="rows rounded border bg-raised">
          {view.passkeys.map((key) => (
            <li key={key.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-3 py-1">
              <span className="mr-auto font-medium break-all">{key.name}</span>
              <span className="text-13 text-ink-2">
                added <Since at={key.createdAt} suffix=" ago" />
                {", "}
                {key.lastUsedAt ? (
                  <>
                    used <Since at={key.lastUsedAt} suffix=" ago" />
                  </>
                ) : (
                  "not used yet"
                )}
              </span>
              <Button
                small
                kind="danger"
                aria-label={`Remove the passkey ${key.name}`}
                disabled={removePasskey.pending}
                onClick={() => void removePasskey.run({ id: key.id }).then(after)}
              >
                Remove
              </Button>
            </li>
          ))}
        </ul>
      ) : null}
      <AddPasskey actions={actions} noPasskeys={view.noPasskeys} onDone={done} />
      {any ? (
        <p className="flex flex-wrap items-center gap-3">
          <span>{count(view.recoveryLeft, "recovery code is left", "recovery codes are left")}</span>
          <Button
            small
            busy={anew.pending && "Making …"}
            onClick={() => void anew.run({}).then((result) => result.ok && done(result.value.codes))}
          >
            Make new ones in their place
          </Button>
        </p>
      ) : null}
    </div>
  );
}
