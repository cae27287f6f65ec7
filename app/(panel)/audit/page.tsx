import { AuditRoom } from "@/components/audit/audit-room.tsx";
import { Page } from "@/components/panel/page.tsx";
import { Unreachable } from "@/components/panel/unreachable.tsx";
import { AuditPageQuery } from "@/server/contract/audit.ts";
import { listAudit } from "@/server/services/audit/list-audit.ts";
import { whenReachable } from "../../reach.ts";
import { requireAdmin } from "../../session.ts";
import { verify } from "./actions.ts";

export default async function AuditPage({ searchParams }: { searchParams: Promise<unknown> }) {
  const ctx = await requireAdmin();
  const { before, ...query } = AuditPageQuery.parse(await searchParams);
  const rows = await whenReachable(listAudit(ctx, { ...query, before }));
  if (!rows) return <Unreachable />;
  return (
    <Page
      wide
      title="Audit"
      lead="Who did what, when, from where and how it came out. The daemon writes it as a chain: what somebody edits, removes or cuts off is seen."
    >
      <AuditRoom rows={rows} query={query} before={before} verify={verify} />
    </Page>
  );
}
