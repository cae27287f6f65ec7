"use client";
import { useEffect, useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { TextField } from "@/components/ui/field.tsx";
import { formatBytes, formatMoment } from "@/components/ui/format.ts";
import { type Action, useAction } from "@/components/ui/use-action.ts";
import type { JailState } from "@/server/contract/jail.ts";
import type { JobRef } from "@/server/contract/job.ts";
import type { JailSnapshots, RollBackForm, Snapshot, SnapshotForm } from "@/server/contract/snapshot.ts";
import { FailureNotice } from "./failure-notice.tsx";

export type SnapshotActions = {
  list: Action<{ name: string }, JailSnapshots>;
  take: Action<SnapshotForm, JailSnapshots>;
  remove: Action<SnapshotForm, JailSnapshots>;
  rollBack: Action<RollBackForm, JobRef>;
};

type Props = { name: string; state: JailState; actions: SnapshotActions; onRollBack: (job: string) => void };

/** What the jail's file system was at some moments: to take one more, to go back to one, to let one go. */
export function RoomSnapshots({ name, state, actions, onRollBack }: Props) {
  const list = useAction(actions.list);
  const take = useAction(actions.take);
  const remove = useAction(actions.remove);
  const [found, setFound] = useState<JailSnapshots | null>(null);
  const [wish, setWish] = useState("");
  const [back, setBack] = useState<Snapshot | null>(null);
  const [gone, setGone] = useState<Snapshot | null>(null);
  const { run } = list;
  useEffect(() => {
    void run({ name }).then((result) => result.ok && setFound(result.value));
  }, [name, state, run]);

  const failure = list.failure ?? remove.failure ?? (take.problem("snapshot") ? null : take.failure);
  const rows = found?.snapshots.toReversed() ?? [];
  return (
    <div className="space-y-4">
      <p className="text-ink-2">
        A snapshot keeps the jail&apos;s files as they are now and costs space only for what changes afterwards. It lies
        on the same disk: it is no backup.
      </p>
      <form
        className="flex flex-wrap items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          void take.run({ name, snapshot: wish }).then((result) => {
            if (!result.ok) return;
            setFound(result.value);
            setWish("");
          });
        }}
      >
        <TextField
          label="Name of the snapshot"
          mono
          autoComplete="off"
          placeholder="before-upgrade"
          value={wish}
          onChange={setWish}
          error={take.problem("snapshot")}
        />
        <Button type="submit" disabled={wish === ""} busy={take.pending && "Taking it …"}>
          Take a snapshot
        </Button>
      </form>
      <p className="text-13 text-ink-3">
        <code>
          zfs snapshot {found?.dataset ?? "…"}@{wish || "NAME"}
        </code>
      </p>
      {failure ? <FailureNotice failure={failure} /> : null}
      {found && rows.length === 0 ? (
        <p className="text-ink-2">None yet. Take one before you change something.</p>
      ) : null}
      {rows.length > 0 ? (
        <ul aria-label={`Snapshots of ${name}`} className="rows rounded border bg-raised">
          {rows.map((one) => (
            <li key={one.name} className="flex min-h-9 flex-wrap items-center gap-x-4 gap-y-1 px-3 py-1">
              <code className="min-w-0 break-all">{one.name}</code>
              <span className="font-mono text-13 text-ink-3">{formatMoment(one.createdAt)} UTC</span>
              <span className="text-13 text-ink-3">
                holds <span className="font-mono">{formatBytes(one.usedBytes)}</span>
              </span>
              {one.clones.length > 0 ? <span className="text-13 text-warn">◐ {one.clones[0]} needs it</span> : null}
              <span className="ml-auto flex gap-2">
                <Button small disabled={state !== "stopped"} onClick={() => setBack(one)}>
                  Roll back <span className="sr-only">to {one.name}</span>
                </Button>
                <Button small disabled={one.clones.length > 0} onClick={() => setGone(one)}>
                  Remove <span className="sr-only">{one.name}</span>
                </Button>
              </span>
            </li>
          ))}
        </ul>
      ) : null}
      {rows.length > 0 && state !== "stopped" ? (
        <p className="text-13 text-ink-3">To roll back, stop the jail first.</p>
      ) : null}
      <RollBack
        name={name}
        to={back}
        later={back ? rows.slice(0, rows.indexOf(back)) : []}
        action={actions.rollBack}
        onClose={() => setBack(null)}
        onRollBack={onRollBack}
      />
      <Dialog open={gone !== null} onClose={() => setGone(null)} title={`Remove the snapshot ${gone?.name ?? ""}?`}>
        <p className="mb-4 text-ink-2">The jail stays as it is. There is no way back to this moment then.</p>
        <div className="flex justify-end gap-2">
          <Button onClick={() => setGone(null)}>Keep it</Button>
          <Button
            kind="danger"
            busy={remove.pending && "Removing …"}
            onClick={() =>
              void remove.run({ name, snapshot: gone!.name }).then((result) => {
                setGone(null);
                if (result.ok) setFound(result.value);
              })
            }
          >
            Remove it
          </Button>
        </div>
      </Dialog>
    </div>
  );
}

/** Asks before anything is lost, and says what. */
function RollBack({
  name,
  to,
  later,
  action,
  onClose,
  onRollBack,
}: {
  name: string;
  to: Snapshot | null;
  later: Snapshot[];
  action: SnapshotActions["rollBack"];
  onClose: () => void;
  onRollBack: (job: string) => void;
}) {
  const { run, pending, failure } = useAction(action);
  return (
    <Dialog open={to !== null} onClose={onClose} title={`Roll ${name} back to ${to?.name ?? ""}?`}>
      <div className="space-y-4">
        <p className="text-ink-2">
          Everything that was written in the jail since {formatMoment(to?.createdAt ?? null)} UTC is lost.
          {later.length > 0 ? ` So are the snapshots taken since: ${later.map((one) => one.name).join(", ")}.` : ""}
        </p>
        {failure ? <FailureNotice failure={failure} /> : null}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Leave it as it is</Button>
          <Button
            kind="danger"
            busy={pending && "Rolling back …"}
            onClick={() =>
              void run({ name, snapshot: to!.name, discardLater: later.length > 0 }).then((result) => {
                if (!result.ok) return;
                onClose();
                onRollBack(result.value.job);
              })
            }
          >
            Roll back
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
