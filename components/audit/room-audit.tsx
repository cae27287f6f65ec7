"use client";
import { useCallback, useEffect, useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { Button } from "@/components/ui/button.tsx";
import { type Action, useAction } from "@/components/ui/use-action.ts";
import type { AuditQuery, AuditRows, JailAuditForm } from "@/server/contract/audit.ts";
import { AuditFilters } from "./audit-filters.tsx";
import { addressOf } from "./audit-query.ts";
import { AuditTable } from "./audit-table.tsx";
import { Export } from "./export.tsx";

export type AuditAction = Action<JailAuditForm, AuditRows>;

/** What was done to one jail, by whom and how it came out. */
export function RoomAudit({ name, list }: { name: string; list: AuditAction }) {
  const [rows, setRows] = useState<AuditRows | null>(null);
  const [query, setQuery] = useState<AuditQuery>({});
  const { run, pending, failure } = useAction(list);
  const load = useCallback(
    async (filter: AuditQuery, older: AuditRows | null) => {
      const before = older?.next ? { before: older.next } : {};
      const result = await run({ name, ...filter, ...before });
      if (!result.ok) return;
      setQuery(filter);
      setRows({ ...result.value, records: [...(older?.records ?? []), ...result.value.records] });
    },
    [run, name],
  );
  useEffect(() => void load({}, null), [load]);
  return (
    <section aria-label="Audit" className="space-y-4">
      <p className="max-w-prose text-ink-2">
        Who did what to {name}, and when. Of shells it says who opened one and when it ended, never what was typed.
      </p>
      <AuditFilters first={{}} busy={pending} onFind={(found) => void load(found, null)} />
      {failure ? <FailureNotice failure={failure} /> : null}
      {rows === null ? (
        failure ? null : (
          <p className="text-ink-2">Looking …</p>
        )
      ) : rows.records.length > 0 ? (
        <AuditTable records={rows.records} />
      ) : (
        <p className="text-ink-2">Nothing of the kind.</p>
      )}
      <div className="flex flex-wrap gap-2">
        {rows?.next ? (
          <Button busy={pending && "Looking …"} onClick={() => void load(query, rows)}>
            Older
          </Button>
        ) : null}
        <Export href={addressOf(`/api/jails/${encodeURIComponent(name)}/audit`, query)} />
      </div>
    </section>
  );
}
