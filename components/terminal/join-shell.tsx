"use client";
import { useCallback, useEffect, useRef, useState, type KeyboardEvent } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { type Action, useAction } from "@/components/ui/use-action.ts";
import type { Invited } from "@/server/contract/together.ts";
import { dockKey } from "./dock-keys.tsx";
import { NO_FILES_BESIDE } from "./files/drop-beside.ts";
import { Terminal } from "./terminal.tsx";
import { clock } from "./together-words.ts";

/** How often who waits looks whether he was let in. */
const EVERY_MS = 1000;

export type JoinActions = {
  look: Action<{ token: string }, Invited | null>;
  knock: Action<{ token: string }, Invited>;
};

/** What a link to somebody's shell leads to: one asks, waits, and sees the shell once its person has agreed. */
export function JoinShell({ token, first, actions }: { token: string; first: Invited | null; actions: JoinActions }) {
  const [now, setNow] = useState(first);
  const [over, setOver] = useState(false);
  const { run: ask, pending, failure } = useAction(actions.knock);
  const head = useRef<HTMLHeadingElement>(null);
  const waits = now?.state === "asking";
  const look = useCallback(async () => {
    const result = await actions.look({ token });
    if (result.ok) setNow(result.value);
    return result;
  }, [actions, token]);

  useEffect(() => {
    if (!waits) return;
    let timer: ReturnType<typeof setTimeout>;
    let gone = false;
    const turn = () => void look().finally(() => !gone && (timer = setTimeout(turn, EVERY_MS)));
    timer = setTimeout(turn, EVERY_MS);
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [waits, look]);

  const leave = (event: KeyboardEvent) => {
    if (dockKey(event.nativeEvent)?.do !== "leave") return;
    event.preventDefault();
    event.stopPropagation();
    head.current?.focus();
  };

  if (now?.shell)
    return (
      <div onKeyDownCapture={leave} {...NO_FILES_BESIDE} className="flex h-full min-h-80 flex-col">
        <title>{`${now.owner}'s shell · knasthorst`}</title>
        <h1 ref={head} tabIndex={-1} className="shrink-0 border-b px-3 py-2 text-14">
          <span className="font-mono font-semibold">{now.owner}</span> shows you a shell in{" "}
          <span className="font-mono font-semibold">{now.shell.jail}</span>
          {over ? null : <span className="text-ink-3"> until {clock(now.until)}</span>}
        </h1>
        <div className="min-h-0 flex-1">
          <Terminal
            terminal={now.shell.terminal}
            jail={now.shell.jail}
            follows
            onExit={() => setOver(true)}
            stillOpen={async () => {
              const result = await actions.look({ token });
              return !result.ok || result.value?.shell?.terminal === now.shell!.terminal;
            }}
          />
        </div>
      </div>
    );

  return (
    <div className="mx-auto max-w-xl space-y-4 p-6 pt-[12vh]">
      <title>A shell together · knasthorst</title>
      {!now ? (
        <>
          <h1 className="text-20 font-semibold">This link is no good</h1>
          <p className="text-ink-2">
            It is too old, was taken back, or its shell has ended. Ask for a new one, and open it with the account that
            you want to be seen with.
          </p>
        </>
      ) : (
        <>
          <h1 className="text-20 font-semibold">
            <span className="font-mono">{now.owner}</span> shows a shell
          </h1>
          <Words state={now.state} owner={now.owner} until={now.until} />
          {failure ? <Notice tone="bad" title={failure.message} /> : null}
          {now.state === "stranger" ? (
            <Button
              kind="primary"
              busy={pending && "Asking …"}
              onClick={() => void ask({ token }).then((result) => result.ok && setNow(result.value))}
            >
              Ask to look
            </Button>
          ) : null}
        </>
      )}
    </div>
  );
}

function Words({ state, owner, until }: { state: Invited["state"]; owner: string; until: string }) {
  if (state === "owner") return <p className="text-ink-2">It is your own: give the link to somebody else.</p>;
  if (state === "refused") return <Notice tone="warn" title={`${owner} does not show it to you.`} />;
  if (state === "asking")
    return (
      <p role="status" className="text-ink-2">
        <span aria-hidden>◐ </span>
        {owner} is asked. This page goes on by itself once the answer is there; until {clock(until)} at the latest.
      </p>
    );
  return (
    <p className="text-ink-2">
      {owner} is told your name and decides whether you may look, or type as well. Everybody who is there sees that you
      are.
    </p>
  );
}
