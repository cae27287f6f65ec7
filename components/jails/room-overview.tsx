"use client";
import type { ReactNode } from "react";
import { CopyButton } from "@/components/ui/copy-button.tsx";
import { count, formatBytes, formatPercent } from "@/components/ui/format.ts";
import { Since } from "@/components/ui/since.tsx";
import type { JailRoom } from "@/server/contract/panel.ts";

/** What one wants to know of a jail at a glance, each figure with where it comes from, and the commands behind the buttons. */
export function RoomOverview({ room }: { room: JailRoom }) {
  const running = room.jid !== null;
  return (
    <div className="grid grid-cols-1 gap-6 lg:grid-cols-[2fr_3fr]">
      <section aria-label="Facts" className="min-w-0">
        <dl className="rows rounded border bg-raised">
          <Line word="Load" from="ps -axo jid,pcpu,rss">
            {running
              ? `${formatPercent(room.cpuPercent)} % of a core, ${formatBytes(room.rssBytes)}, ${count(room.processes, "process", "processes")}`
              : "none, it does not run"}
          </Line>
          <Line word="At boot" from="jail_list in rc.conf">
            {room.autostart ? "starts by itself" : "stays stopped"}
          </Line>
          <Line word="Last" from="knastd's jobs">
            {room.last ? (
              <>
                {lastWords(room.last.verb)} by {room.last.actor}, <Since at={room.last.at} suffix=" ago" />
              </>
            ) : (
              "nothing since knastd started"
            )}
          </Line>
          <Line word="Base" from={`${room.path}/basejail`}>
            {room.base ?? "none"}
          </Line>
          <Line word="Path" from="path">
            <code className="break-all">{room.path}</code>
          </Line>
        </dl>
      </section>
      {room.config ? (
        <section aria-label="By hand" className="min-w-0">
          <h2 className="mb-2 text-13 text-ink-3">The same by hand, as root on the host</h2>
          <ul className="rows rounded border bg-raised">
            {byHand(room.name, room.config.path).map(({ word, command }) => (
              <li key={command} className="flex items-center gap-3 py-1 pr-1 pl-3">
                <span className="w-16 shrink-0 text-13 text-ink-3">{word}</span>
                <code className="min-w-0 flex-1 overflow-x-auto whitespace-nowrap">{command}</code>
                <CopyButton text={command} label={`Copy ${command}`} />
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </div>
  );
}

function Line({ word, from, children }: { word: string; from: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[5rem_1fr] items-baseline gap-x-3 px-3 py-2">
      <dt className="text-ink-3">{word}</dt>
      <dd className="min-w-0">
        <span title={`from ${from}`}>{children}</span>
      </dd>
    </div>
  );
}

/** The word first: of a long command only its beginning shows. */
function byHand(name: string, config: string): { word: string; command: string }[] {
  return [
    { word: "start", command: `jail -f ${config} -c ${name}` },
    { word: "restart", command: `jail -f ${config} -rc ${name}` },
    { word: "stop", command: `jail -f ${config} -r ${name}` },
    { word: "shell", command: `jexec -l ${name} /bin/csh` },
    { word: "processes", command: `ps -J ${name} -ww` },
  ];
}

function lastWords(verb: string): string {
  const words: Record<string, string> = {
    "jail.create": "created",
    "jail.start": "started",
    "jail.stop": "stopped",
    "jail.restart": "restarted",
    "jail.configure": "configured",
    "jail.destroy": "destroyed",
  };
  return words[verb] ?? verb;
}
