import type { AuditVerdict } from "../../contract/audit.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";

/** Has knastd walk the whole trail. @throws KnastError forbidden */
export async function verifyAudit(ctx: Ctx): Promise<AuditVerdict> {
  assertAdmin(ctx);
  return call("audit.verify", {}, { actor: ctx.actor.name });
}
