"use client";
import { useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { useAction } from "@/components/ui/use-action.ts";
import type { Company, Person } from "@/server/contract/together.ts";
import { type FilesOpen, useFileActions } from "./files/files-context.tsx";
import { ShareDialog } from "./share-dialog.tsx";
import { type TogetherActions, useTogether } from "./together-context.tsx";
import { clock, consentWords, doing, whyEnded } from "./together-words.ts";

type Props = { terminal: string; jail: string; account: string; company: Company; files: FilesOpen };

/** Above a shell's screen: who is there, whether it is recorded, who asks to be let in; for its person what he can do about it, and his files. */
export function TogetherBar({ terminal, jail, account, company, files }: Props) {
  const actions = useTogether();
  const own = company.you === "owner" && actions;
  const others = company.people.filter((one) => one.name !== company.self);
  const recording = company.recording?.ended === null ? company.recording : null;
  const ended = whyEnded(company.recording);
  if (!own && others.length === 0 && !recording && !ended) return null;
  return (
    <section
      aria-label="Who is here"
      data-testid="together"
      className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-b bg-raised px-3 py-1 text-13"
    >
      {company.you === "read" ? <strong className="font-medium text-warn">You read along</strong> : null}
      {company.you === "type" ? <strong className="font-medium text-warn">You may type here</strong> : null}
      {others.length > 0 ? (
        <ul aria-label="People in this shell" className="flex flex-wrap items-center gap-x-3 gap-y-1">
          {others.map((one) => (
            <PersonRow key={one.name} one={one} terminal={terminal} actions={own ? actions : null} />
          ))}
        </ul>
      ) : own ? (
        <span className="text-ink-3">Only you are here</span>
      ) : null}
      {recording ? (
        <span role="status" className="text-bad">
          <span aria-hidden>● </span>recording since {clock(recording.since)}
        </span>
      ) : null}
      {ended ? (
        <span role="status" className="text-warn">
          {ended}
        </span>
      ) : null}
      {own ? <OwnerTools {...{ terminal, company, actions, files }} recording={recording !== null} /> : null}
      {own
        ? company.asks.map((name) => (
            <Question key={name} name={name} terminal={terminal} jail={jail} account={account} actions={actions} />
          ))
        : null}
    </section>
  );
}

function PersonRow({ one, terminal, actions }: { one: Person; terminal: string; actions: TogetherActions | null }) {
  return (
    <li className="flex items-center gap-1">
      <span className="font-mono">{one.name}</span>
      <span className={one.mode === "read" ? "text-ink-2" : "text-warn"}>
        {one.mode === "owner" ? "whose shell it is" : doing(one)}
      </span>
      {actions && one.guest ? <GuestTools one={one} terminal={terminal} actions={actions} /> : null}
    </li>
  );
}

/** One click each: the keyboard to him and back, and out. */
function GuestTools({ one, terminal, actions }: { one: Person; terminal: string; actions: TogetherActions }) {
  const { run, pending } = useAction(actions.admit);
  const give = one.mode === "read";
  return (
    <>
      <Button
        small
        disabled={pending}
        aria-label={give ? `Give ${one.name} the keyboard` : `Take the keyboard back from ${one.name}`}
        onClick={() => void run({ terminal, guest: one.name, as: give ? "type" : "read" })}
      >
        {give ? "Give keyboard" : "Take keyboard back"}
      </Button>
      <Button
        small
        disabled={pending}
        aria-label={`Send ${one.name} away`}
        onClick={() => void run({ terminal, guest: one.name, as: "none" })}
      >
        Send away
      </Button>
    </>
  );
}

function OwnerTools({
  terminal,
  company,
  actions,
  recording,
  files: [open, setOpen],
}: Omit<Props, "jail" | "account"> & { actions: TogetherActions; recording: boolean }) {
  const hasFiles = useFileActions() !== null;
  const [sharing, setSharing] = useState(false);
  const stop = useAction(actions.unshare);
  const record = useAction(actions.record);
  const failure = stop.failure ?? record.failure;
  const shared = company.until !== null || company.people.some(({ guest }) => guest);
  return (
    <span className="ml-auto flex flex-wrap items-center gap-1">
      {failure ? (
        <span role="alert" className="text-bad">
          {failure.message}
        </span>
      ) : null}
      {shared ? (
        <>
          {company.until ? <span className="text-ink-3">shared until {clock(company.until)}</span> : null}
          <Button small kind="danger" disabled={stop.pending} onClick={() => void stop.run({ terminal })}>
            Stop sharing
          </Button>
        </>
      ) : null}
      <Button small kind="quiet" onClick={() => setSharing(true)}>
        Share …
      </Button>
      <Button
        small
        kind="quiet"
        disabled={record.pending}
        onClick={() => void record.run({ terminal, on: !recording })}
        title={
          recording
            ? undefined
            : "Writes down what is printed, not what is typed. Whoever may open a shell in this jail can play it."
        }
      >
        {recording ? "Stop recording" : "Record"}
      </Button>
      {hasFiles ? (
        <Button small kind="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
          Files
        </Button>
      ) : null}
      <ShareDialog open={sharing} onClose={() => setSharing(false)} terminal={terminal} share={actions.share} />
    </span>
  );
}

/** Somebody asks: nothing is shown to him before this is answered. */
function Question({
  name,
  terminal,
  jail,
  account,
  actions,
}: {
  name: string;
  terminal: string;
  jail: string;
  account: string;
  actions: TogetherActions;
}) {
  const { run, pending, failure } = useAction(actions.admit);
  const answer = (as: "read" | "type" | "none") => () => void run({ terminal, guest: name, as });
  return (
    <div role="alert" aria-label={`${name} asks`} className="w-full space-y-2 border-l-4 border-l-warn py-1 pl-3">
      <p>
        <strong className="font-medium">
          <span className="font-mono">{name}</span> asks to look at this shell.
        </strong>{" "}
        <span className="text-ink-2">{consentWords(name, jail, account)}</span>
      </p>
      {failure ? <p className="text-bad">{failure.message}</p> : null}
      <p className="flex flex-wrap gap-2">
        <Button small disabled={pending} onClick={answer("read")}>
          Let {name} read
        </Button>
        <Button small disabled={pending} onClick={answer("type")}>
          Let {name} read and type
        </Button>
        <Button small kind="danger" disabled={pending} onClick={answer("none")}>
          Refuse
        </Button>
      </p>
    </div>
  );
}
