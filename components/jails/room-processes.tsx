"use client";
import { useEffect, useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { formatBytes, formatPercent } from "@/components/ui/format.ts";
import type { Action } from "@/components/ui/use-action.ts";
import type { Failure } from "@/server/contract/errors.ts";
import type { Process } from "@/server/contract/jail.ts";
import type { SignalForm } from "@/server/contract/panel.ts";
import { FailureNotice } from "./failure-notice.tsx";
import { SignalDialog } from "./signal-dialog.tsx";

const EVERY_MS = 3000;

/** The jail's processes as ps(1) sees them from the host, asked again every three seconds while one looks. */
export function RoomProcesses({
  name,
  running,
  list,
  signal,
}: {
  name: string;
  running: boolean;
  list: Action<{ name: string }, Process[]>;
  signal: Action<SignalForm, unknown>;
}) {
  const [aim, setAim] = useState<Process | null>(null);
  const [processes, setProcesses] = useState<Process[] | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  useEffect(() => {
    if (!running) return setProcesses(null);
    let timer: ReturnType<typeof setTimeout> | undefined;
    let gone = false;
    const look = async () => {
      if (!document.hidden) {
        const result = await list({ name }).catch(() => null);
        if (gone) return;
        if (result?.ok) setProcesses(result.value);
        setFailure(result && !result.ok ? result.failure : null);
      }
      timer = setTimeout(look, EVERY_MS);
    };
    void look();
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [name, running, list]);

  if (!running) return <p className="text-ink-2">No process: the jail is not running.</p>;
  return (
    <div className="space-y-3">
      {failure ? <FailureNotice failure={failure} /> : null}
      <p className="text-13 text-ink-3">
        <code>ps -J {name} -ww</code>, every 3 seconds
      </p>
      {processes === null ? (
        <p role="status" className="text-ink-2">
          Asking ps …
        </p>
      ) : (
        <div className="relative overflow-x-auto rounded border bg-raised">
          <table className="w-full border-collapse font-mono text-13 whitespace-nowrap">
            <caption className="sr-only">Processes of {name}</caption>
            <thead>
              <tr className="border-b text-ink-3">
                {["PID", "User", "CPU %", "Memory", "Time", "State", "Command", ""].map((word, i) => (
                  <th
                    key={word || "signal"}
                    scope="col"
                    className={`h-8 px-3 font-normal ${numeric(i) ? "text-right" : "text-left"} ${i === 4 || i === 5 ? "max-md:hidden" : ""}`}
                  >
                    {word}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody className="rows">
              {processes.map((process) => (
                <tr key={process.pid} className="h-7 hover:bg-sunken">
                  <td className="px-3 text-right">{process.pid}</td>
                  <td className="px-3">{process.user}</td>
                  <td className="px-3 text-right">{formatPercent(process.cpuPercent)}</td>
                  <td className="px-3 text-right">{formatBytes(process.rssBytes)}</td>
                  <td className="px-3 text-right max-md:hidden">{process.cpuTime}</td>
                  <td className="px-3 max-md:hidden">{process.state}</td>
                  <td className="max-w-xl truncate px-3" title={process.command}>
                    {process.command}
                  </td>
                  <td className="px-1 text-right font-sans">
                    <Button small onClick={() => setAim(process)}>
                      Signal … <span className="sr-only">to {process.pid}</span>
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          {processes.length === 0 ? <p className="px-3 py-2 font-sans text-ink-2">Not a single process.</p> : null}
        </div>
      )}
      <SignalDialog name={name} to={aim} signal={signal} onClose={() => setAim(null)} />
    </div>
  );
}

const numeric = (column: number) => column === 0 || (column >= 2 && column <= 4);
