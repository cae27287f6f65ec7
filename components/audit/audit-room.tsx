"use client";
import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { Button, ButtonLink } from "@/components/ui/button.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { type Action, useAction } from "@/components/ui/use-action.ts";
import type { AuditQuery, AuditRows, AuditVerdict } from "@/server/contract/audit.ts";
import { AuditFilters } from "./audit-filters.tsx";
import { addressOf } from "./audit-query.ts";
import { AuditTable } from "./audit-table.tsx";
import { Export } from "./export.tsx";

/** The trail of the whole host, for the admin; what he looks for stands in the address. */
export function AuditRoom({
  rows,
  query,
  before,
  verify,
}: {
  rows: AuditRows;
  query: AuditQuery;
  before: number | undefined;
  verify: Action<Record<string, never>, AuditVerdict>;
}) {
  const router = useRouter();
  const [looking, look] = useTransition();
  return (
    <div className="space-y-4">
      <Chain verify={verify} />
      <AuditFilters
        key={addressOf("", query)}
        first={query}
        withJail
        busy={looking}
        onFind={(found) => look(() => router.push(addressOf("/audit", found)))}
      />
      {rows.records.length > 0 ? (
        <AuditTable records={rows.records} withJail />
      ) : (
        <p className="text-ink-2">{rows.next === null ? "Nothing of the kind." : "Nothing of the kind among these."}</p>
      )}
      <div className="flex flex-wrap gap-2">
        {before === undefined ? null : (
          <ButtonLink href={addressOf("/audit", query)} prefetch={false}>
            Newest
          </ButtonLink>
        )}
        {rows.next === null ? null : (
          <ButtonLink href={addressOf("/audit", { ...query, before: rows.next })} prefetch={false}>
            Older
          </ButtonLink>
        )}
        <Export href={addressOf("/api/audit", query)} />
      </div>
    </div>
  );
}

/** Whether the trail is as it was written. */
function Chain({ verify }: { verify: Action<Record<string, never>, AuditVerdict> }) {
  const [verdict, setVerdict] = useState<AuditVerdict | null>(null);
  const action = useAction(verify);
  const run = () => void action.run({}).then((result) => result.ok && setVerdict(result.value));
  return (
    <div className="space-y-3">
      <Button busy={action.pending && "Walking the chain …"} onClick={run}>
        Verify the trail
      </Button>
      {action.failure ? <FailureNotice failure={action.failure} /> : null}
      {verdict === null ? null : verdict.problem ? (
        <Notice tone="bad" title={verdict.problem.says}>
          <p>
            {verdict.problem.seq > 1
              ? `The records before number ${verdict.problem.seq} are as they were written. `
              : ""}
            On the host, <code>knast audit verify</code> says the same.
          </p>
        </Notice>
      ) : (
        <Notice quiet title={`The trail is whole: ${verdict.records} records, as they were written.`} />
      )}
    </div>
  );
}
