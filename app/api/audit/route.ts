import { auditAnswer } from "@/app/api/audit-answer.ts";
import { AuditQuery } from "@/server/contract/audit.ts";
import { exportAudit } from "@/server/services/audit/export-audit.ts";

/** The whole trail as JSON lines, with the filters of the page in the query. */
export const GET = (request: Request): Promise<Response> =>
  auditAnswer((ctx) =>
    exportAudit(ctx, AuditQuery.parse(Object.fromEntries(new URL(request.url).searchParams)), request),
  );
