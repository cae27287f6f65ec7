"use client";
import type { SectionProps } from "./jail-form.ts";
import { MountRows } from "./mount-rows.tsx";

/** Directories of the host that it sees; folded away, as few jails need one. */
export function CreateMounts({ form, set, offers, problem }: SectionProps) {
  return (
    <details open={form.mounts.length > 0 || undefined} className="rounded border bg-raised">
      <summary className="flex h-9 items-center gap-2 px-3 max-md:h-12">
        <span aria-hidden>▸</span>
        Directories of the host{form.mounts.length > 0 ? ` (${form.mounts.length})` : ""}
      </summary>
      <div className="space-y-3 border-t p-3">
        <MountRows
          mounts={form.mounts}
          sources={offers.sources}
          problem={problem}
          onChange={(mounts) => set({ mounts })}
        />
      </div>
    </details>
  );
}
