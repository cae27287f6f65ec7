import { auditAnswer } from "@/app/api/audit-answer.ts";
import { JailAuditQuery } from "@/server/contract/audit.ts";
import { exportJailAudit } from "@/server/services/audit/export-audit.ts";

/** One jail's part of the trail as JSON lines. */
export const GET = (request: Request, { params }: { params: Promise<{ name: string }> }): Promise<Response> =>
  auditAnswer(async (ctx) => {
    const query = Object.fromEntries(new URL(request.url).searchParams);
    return exportJailAudit(ctx, JailAuditQuery.parse({ ...query, name: (await params).name }), request);
  });
