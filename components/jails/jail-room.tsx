"use client";
import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { useCallback, useEffect, useRef, useState } from "react";
import { Notice } from "@/components/ui/notice.tsx";
import { Since } from "@/components/ui/since.tsx";
import { StateMark } from "@/components/ui/state-mark.tsx";
import { Tabs } from "@/components/ui/tabs.tsx";
import type { Action } from "@/components/ui/use-action.ts";
import type { Process } from "@/server/contract/jail.ts";
import type { JobRef } from "@/server/contract/job.ts";
import type { AccountRef, JailRoom as Room, Right, SignalForm } from "@/server/contract/panel.ts";
import { type AuditAction, RoomAudit } from "@/components/audit/room-audit.tsx";
import { type PeopleActions, RoomPeople } from "@/components/people/room-people.tsx";
import type { RecordingActions } from "@/components/recordings/room-recordings.tsx";
import { Fact } from "./fact.tsx";
import { FailureNotice } from "./failure-notice.tsx";
import { JobProgress } from "./job-progress.tsx";
import { useJailRow, usePanel } from "./panel-context.tsx";
import { PowerButtons, usePower } from "./power.tsx";
import { RoomArchives, type RoomArchiveActions } from "./room-archives.tsx";
import { type LimitActions, RoomLimits } from "./room-limits.tsx";
import { RoomDrift } from "./room-drift.tsx";
import { RoomFiles } from "./room-files.tsx";
import { type MountActions, RoomMounts } from "./room-mounts.tsx";
import { RoomOverview } from "./room-overview.tsx";
import { RoomPorts } from "./room-ports.tsx";
import { RoomProcesses } from "./room-processes.tsx";
import { RoomSettings } from "./room-settings.tsx";
import { RoomSnapshots, type SnapshotActions } from "./room-snapshots.tsx";
import { RoomShells } from "./room-shells.tsx";
import { STATE_TONE } from "./state.ts";
import type { SettingsActions } from "./use-settings.ts";

export type RoomActions = {
  processes: Action<{ name: string }, Process[]>;
  signal: Action<SignalForm, unknown>;
  destroy: Action<{ name: string; confirm: string }, JobRef>;
  people: PeopleActions;
  audit: AuditAction;
  limits: LimitActions;
  cleanPorts: Action<{ name: string }, JobRef>;
  snapshots: SnapshotActions;
  archives: RoomArchiveActions;
  settings: SettingsActions;
  mounts: MountActions;
  recordings: RecordingActions;
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
  const look = `${state} ${row?.drift ?? room.drift}`;
  const drawn = useRef(look);
  const refresh = useCallback(() => router.refresh(), [router]);
  useEffect(() => {
    if (drawn.current !== look && ending === null) refresh();
    drawn.current = look;
  }, [look, ending, refresh]);
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
  const may = (right: Right) => now.rights.includes(right);
  const tabs = [
    { id: "overview", label: "Overview", panel: <RoomOverview room={now} /> },
    ...(may("shell")
      ? [
          {
            id: "shell",
            label: "Shell",
            panel: <RoomShells room={now} state={state} power={power} recordings={actions.recordings} />,
          },
        ]
      : []),
    ...(may("processes")
      ? [
          {
            id: "processes",
            label: "Processes",
            panel: (
              <RoomProcesses
                name={room.name}
                running={state === "running"}
                list={actions.processes}
                signal={actions.signal}
              />
            ),
          },
        ]
      : []),
    ...(now.id !== null
      ? [
          {
            id: "limits",
            label: "Limits and ports",
            panel: (
              <>
                <RoomLimits name={room.name} admin={admin} actions={actions.limits} />
                {may("power") ? <RoomPorts name={room.name} clean={actions.cleanPorts} /> : null}
              </>
            ),
          },
        ]
      : []),
    { id: "config", label: "Config", panel: <RoomFiles room={room} /> },
    ...(may("archive")
      ? [
          {
            id: "archives",
            label: "Archives",
            panel: (
              <RoomArchives
                name={room.name}
                hostname={now.hostname}
                running={state === "running"}
                admin={admin}
                actions={actions.archives}
              />
            ),
          },
        ]
      : []),
    ...(room.dataset !== null && may("power")
      ? [
          {
            id: "snapshots",
            label: "Snapshots",
            panel: (
              <RoomSnapshots name={room.name} state={state} actions={actions.snapshots} onRollBack={power.follow} />
            ),
          },
        ]
      : []),
    ...(admin && now.config !== null
      ? [
          {
            id: "mounts",
            label: "Mounts",
            panel: <RoomMounts name={room.name} running={state === "running"} actions={actions.mounts} />,
          },
        ]
      : []),
    ...(may("invite")
      ? [
          {
            id: "people",
            label: "People",
            panel: <RoomPeople room={now} me={me.name} friends={friends} actions={actions.people} />,
          },
          { id: "audit", label: "Audit", panel: <RoomAudit name={room.name} list={actions.audit} /> },
        ]
      : []),
    ...(may("settings") || admin
      ? [
          {
            id: "settings",
            label: "Settings",
            panel: <RoomSettings room={now} actions={actions} onConfigure={power.follow} onDestroy={setEnding} />,
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
            {room.mistake ? <code className="block break-all whitespace-pre-wrap">{room.mistake.said}</code> : null}
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
        {state === "running" && now.drift ? <RoomDrift room={now} power={power} /> : null}
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
