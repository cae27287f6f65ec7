"use client";
import { Button } from "@/components/ui/button.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import type { JailRoom } from "@/server/contract/panel.ts";
import type { Power } from "./power.tsx";

const word = (value: string | null): string => ({ true: "on", false: "off" })[value ?? ""] ?? value ?? "none";

/** What a running jail has against its file, and the restart that makes them one. */
export function RoomDrift({ room, power }: { room: JailRoom; power: Power }) {
  if (room.differences.length === 0) return null;
  return (
    <Notice tone="warn" quiet title={`${room.name} runs with other parameters than its file says.`}>
      <table className="max-w-full border-collapse text-13" aria-label="What differs">
        <thead>
          <tr className="text-left text-ink-3">
            <th className="pr-6 font-normal">Parameter</th>
            <th className="pr-6 font-normal">File</th>
            <th className="font-normal">Running</th>
          </tr>
        </thead>
        <tbody className="font-mono">
          {room.differences.map((one) => (
            <tr key={one.parameter}>
              <th scope="row" className="pr-6 text-left align-top font-normal">
                {one.parameter}
              </th>
              <td className="pr-6 align-top break-all">{word(one.file)}</td>
              <td className="align-top break-all">{word(one.running)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {room.rights.includes("power") && room.id !== null ? (
        <Button small disabled={Boolean(power.pending)} onClick={power.restart}>
          Restart to apply
        </Button>
      ) : (
        <p>A restart makes them the same.</p>
      )}
    </Notice>
  );
}
