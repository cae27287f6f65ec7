import type { AUDIT_API } from "../../contract/api/audit.ts";
import { exportAudit, exportJailAudit } from "../audit/export-audit.ts";
import { listAudit, listJailAudit } from "../audit/list-audit.ts";
import { verifyAudit } from "../audit/verify-audit.ts";
import type { Handlers } from "./call.ts";

export const AUDIT: Handlers<typeof AUDIT_API> = {
  "audit.list": listAudit,
  "audit.export": exportAudit,
  "audit.verify": verifyAudit,
  "jails.audit": listJailAudit,
  "jails.export-audit": exportJailAudit,
};
