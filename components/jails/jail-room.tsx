"use client";
import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { useCallback, useEffect, useRef, useState } from "react";
import { CodeBlock } from "@/components/ui/code-block.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { Since } from "@/components/ui/since.tsx";
import { StateMark } from "@/components/ui/state-mark.tsx";
import { Tabs } from "@/components/ui/tabs.tsx";
import type { Action } from "@/components/ui/use-action.ts";
import type { Process } from "@/server/contract/jail.ts";
import type { JobRef } from "@/server/contract/job.ts";
import type { AccountRef, JailRoom as Room } from "@/server/contract/panel.ts";
import { FailureNotice } from "./failure-notice.tsx";
import { JobProgress } from "./job-progress.tsx";
import { useJailRow, usePanel } from "./panel-context.tsx";
import { PowerButtons, usePower } from "./power.tsx";
import { RoomOverview } from "./room-overview.tsx";
import { RoomProcesses } from "./room-processes.tsx";
import { RoomSettings } from "./room-settings.tsx";
import { RoomShells } from "./room-shells.tsx";
import { STATE_TONE } from "./state.ts";

export type RoomActions = {
  processes: Action<{ name: string }, Process[]>;
  destroy: Action<{ name: string; confirm: string }, JobRef>;
  assign: Action<{ name: string; account: string }, unknown>;
  unassign: Action<{ name: string; account: string }, unknown>;
};

/** One jail: its state and the next sensible action first; for a broken one the reason before anything else. */
export function JailRoom({ room, actions, friends }: { room: Room; actions: RoomActions; friends: AccountRef[] }) {
  const { me, live } = usePanel();
  const router = useRouter();
  const path = usePathname();
  const row = useJailRow(room.name);
  const state = row?.state ?? room.state;
  const now = { ...room, ...row };
  const power = usePower(room.name);
  const [ending, setEnding] = useState<string | null>(null);
  const tab = useSearchParams().get("tab") ?? "overview";

  // The list is live, this page's details are not: fetch them when the state has changed.
  const drawn = useRef(state);
  const refresh = useCallback(() => router.refresh(), [router]);
  useEffect(() => {
    if (drawn.current !== state && ending === null) refresh();
    drawn.current = state;
  }, [state, ending, refresh]);
  const seen = useRef(false);
  if (row) seen.current = true;
  const gone = seen.current && !row && live.link === "live" && ending === null;

  const job = ending ?? power.job ?? now.job;
  const onEnd = useCallback(
    (end: "done" | "failed") => {
      if (ending && end === "done") return router.push("/jails");
      setEnding(null);
      refresh();
    },
    [ending, router, refresh],
  );
  const admin = me.role === "admin";
  const tabs = [
    { id: "overview", label: "Overview", panel: <RoomOverview room={now} /> },
    { id: "shell", label: "Shell", panel: <RoomShells name={room.name} state={state} power={power} /> },
    {
      id: "processes",
      label: "Processes",
      panel: <RoomProcesses name={room.name} running={state === "running"} list={actions.processes} />,
    },
    { id: "config", label: "Config", panel: <RoomFiles room={room} /> },
    ...(admin
      ? [
          {
            id: "settings",
            label: "Settings",
            panel: (
              <RoomSettings room={now} friends={friends} actions={actions} onChange={refresh} onDestroy={setEnding} />
            ),
          },
        ]
      : []),
  ];

  return (
    <article className="mx-auto w-full max-w-5xl space-y-4 p-4 md:p-6">
      <title>{`${room.name} · knasthorst`}</title>
      <header className="space-y-3">
        <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
          <h1 className="min-w-0 font-mono text-20 font-semibold break-all">{room.name}</h1>
          <p data-testid="jail-state" data-state={state}>
            <StateMark tone={STATE_TONE[state]} word={state} />
            {now.runningSince ? (
              <span className="ml-2 font-mono text-13 text-ink-3">
                <Since at={now.runningSince} />
              </span>
            ) : null}
          </p>
        </div>
        <p className="flex flex-wrap gap-x-3 gap-y-1 text-13 text-ink-2">
          <Fact word="host name" value={now.hostname} />
          {now.addresses.map((address) => (
            <Fact key={address} word="address" value={address} />
          ))}
          {now.jid === null ? null : <Fact word="jid" value={String(now.jid)} />}
          <span>
            <span className="text-ink-3">owner </span>
            {now.owners.map((owner) => owner.name).join(", ") || "nobody but the admin"}
          </span>
        </p>
        {gone ? (
          <Notice tone="warn" title={`${room.name} is not there any more, or not yours.`}>
            <p>What you see below is from before.</p>
          </Notice>
        ) : null}
        {state === "broken" ? (
          <Notice tone="bad" quiet title={now.problem ?? "This jail can't be used as it is."}>
            <p>Nothing was deleted. Mend it on the host, then look here again, or try to start it.</p>
          </Notice>
        ) : null}
        {state === "dying" ? (
          <Notice tone="warn" quiet title="The kernel still holds this jail.">
            <p>It ends by itself when its last connection has timed out, as a rule within a minute.</p>
          </Notice>
        ) : null}
        {now.id === null ? (
          <Notice quiet title="This jail was made by hand.">
            <p>The panel shows it and leaves it alone. Start and stop it with jail(8) on the host.</p>
          </Notice>
        ) : (
          <div className="flex flex-wrap items-center gap-2">
            <PowerButtons name={room.name} state={state} rights={now.rights} power={power} />
          </div>
        )}
        {power.failure ? <FailureNotice failure={power.failure} /> : null}
        {job ? <JobProgress key={job} job={job} label={`Steps of the last job on ${room.name}`} onEnd={onEnd} /> : null}
      </header>
      <Tabs
        label={`About ${room.name}`}
        tabs={tabs}
        chosen={tab}
        onChoose={(id) => window.history.replaceState(null, "", id === "overview" ? path : `${path}?tab=${id}`)}
      />
    </article>
  );
}

function Fact({ word, value }: { word: string; value: string }) {
  return (
    <span>
      <span className="sr-only">{word} </span>
      {word === "jid" ? <span className="text-ink-3">jid </span> : null}
      <span className="font-mono break-all">{value}</span>
    </span>
  );
}

/** The files that the jail is, and what jail(8) makes of them. */
function RoomFiles({ room }: { room: Room }) {
  return (
    <div className="space-y-4">
      {room.config ? <CodeBlock {...room.config} /> : <p className="text-ink-2">It has no config file of its own.</p>}
      {room.fstab ? <CodeBlock {...room.fstab} /> : <p className="text-ink-2">It has no fstab.</p>}
      {room.parameters.length > 0 && room.config ? (
        <section>
          <h2 className="mb-1 font-medium">As jail(8) reads it</h2>
          <p className="mb-2 text-13 text-ink-3">
            <code className="break-all">jail -f {room.config.path} -e</code>
          </p>
          <table className="w-full border-collapse rounded border bg-raised font-mono text-13">
            <caption className="sr-only">Parameters as jail(8) reads them</caption>
            <tbody className="rows">
              {room.parameters.map((parameter) => (
                <tr key={parameter.name}>
                  <th
                    scope="row"
                    className="px-3 py-1 text-left align-top font-normal break-all md:w-px md:whitespace-nowrap"
                  >
                    {parameter.name}
                  </th>
                  <td className="px-3 py-1 break-all text-ink-2">{parameter.value ?? "set"}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ) : null}
    </div>
  );
}
