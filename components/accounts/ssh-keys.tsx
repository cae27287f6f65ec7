"use client";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Since } from "@/components/ui/since.tsx";
import { useAction, type Action } from "@/components/ui/use-action.ts";
import type { AccountSshKey, AddSshKeyForm, SshWay } from "@/server/contract/ssh.ts";
import { AddSshKey } from "./add-ssh-key.tsx";

export type SshKeyActions = {
  sshKeyAdd: Action<AddSshKeyForm, AccountSshKey>;
  sshKeyRemove: Action<{ key: string }, unknown>;
};

/** One's own keys, how one comes in by them, and a form for another one. */
export function SshKeys({
  keys,
  others,
  way,
  actions,
}: {
  keys: AccountSshKey[];
  /** those of everybody else, for the admin */
  others: AccountSshKey[];
  /** null while the gateway is off */
  way: SshWay | null;
  actions: SshKeyActions;
}) {
  const router = useRouter();
  const [leaving, setLeaving] = useState<AccountSshKey | null>(null);
  const remove = useAction(actions.sshKeyRemove);
  return (
    <div className="max-w-3xl space-y-3">
      <Way way={way} />
      {remove.failure ? <FailureNotice failure={remove.failure} /> : null}
      <KeyList label="SSH keys" keys={keys} onRemove={setLeaving} />
      <AddSshKey add={actions.sshKeyAdd} onAdded={() => router.refresh()} />
      {others.length > 0 ? (
        <>
          <h3 className="pt-2 text-14 font-medium">Keys of others</h3>
          <KeyList label="Keys of others" keys={others} whose onRemove={setLeaving} />
        </>
      ) : null}
      <Dialog open={leaving !== null} onClose={() => setLeaving(null)} title={`Remove the key ${leaving?.name ?? ""}?`}>
        <p className="text-ink-2">
          Who is in by it is cut off within seconds; the shells themselves go on. The key can be added again.
        </p>
        <div className="mt-4 flex justify-end gap-2">
          <Button onClick={() => setLeaving(null)}>Keep it</Button>
          <Button
            kind="danger"
            busy={remove.pending && "Removing …"}
            onClick={() =>
              leaving &&
              void remove.run({ key: leaving.id }).then(() => {
                setLeaving(null);
                router.refresh();
              })
            }
          >
            Remove {leaving?.name}
          </Button>
        </div>
      </Dialog>
    </div>
  );
}

function Way({ way }: { way: SshWay | null }) {
  if (!way) return <p className="text-ink-2">Nobody comes in by ssh now: the admin has not switched it on.</p>;
  return (
    <div className="space-y-1 text-ink-2">
      <p>
        A shell in one of your jails: <code className="text-13 break-all">{`ssh -p ${way.port} JAIL@${way.host}`}</code>
        . With <code className="text-13">+last</code> behind the jail&apos;s name you come back to the shell that you
        used last.
      </p>
      <p className="text-13 text-ink-3">
        The first time, ssh shows the panel&apos;s host key. It is{" "}
        <code className="break-all">{`${way.hostKey.type} ${way.hostKey.fingerprint}`}</code>.
      </p>
    </div>
  );
}

function KeyList({
  label,
  keys,
  whose = false,
  onRemove,
}: {
  label: string;
  keys: AccountSshKey[];
  /** with the account's name */
  whose?: boolean;
  onRemove: (key: AccountSshKey) => void;
}) {
  if (keys.length === 0) return <p className="text-ink-3">None.</p>;
  return (
    <ul aria-label={label} className="rows rounded border bg-raised">
      {keys.map((key) => (
        <li key={key.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-3 py-1 md:min-h-9">
          <span className="mr-auto min-w-0">
            <span className="font-semibold break-words">{key.name}</span>
            {whose ? <span className="ml-2 font-mono text-13 text-ink-2">{key.account.name}</span> : null}
            {key.state === "ended" ? (
              <span className="ml-2 text-13 text-warn">▲ ended with all sessions; add it again to use it</span>
            ) : null}
            <code className="block text-13 break-all text-ink-3">{`${key.type} ${key.fingerprint}`}</code>
          </span>
          <span className="text-13 text-ink-2">
            added <Since at={key.createdAt} suffix=" ago" />,{" "}
            {key.lastUsedAt ? (
              <>
                used <Since at={key.lastUsedAt} suffix=" ago" /> from{" "}
                <code className="text-13">{key.lastUsedFrom}</code>
              </>
            ) : (
              "never used"
            )}
          </span>
          <Button small kind="danger" aria-label={`Remove ${key.name}`} onClick={() => onRemove(key)}>
            Remove …
          </Button>
        </li>
      ))}
    </ul>
  );
}
