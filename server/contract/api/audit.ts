import { AuditListForm, AuditQuery, AuditRows, AuditVerdict, JailAuditForm, JailAuditQuery } from "../audit.ts";
import { Nothing } from "../verb.ts";
import { type Endpoint, file, look } from "./endpoint.ts";

/** Who did what, when, from where, and what became of it. */
export const AUDIT_API = {
  "audit.list": look("GET /audit", "admin", "The audit trail of the host, newest first.", AuditListForm, AuditRows),
  "audit.export": file("GET /audit/lines", "admin", "The same as JSON lines with their hashes, all of it.", AuditQuery),
  "audit.verify": look(
    "GET /audit/verdict",
    "admin",
    "Walks the trail's chain: whether anything was edited, removed, moved or cut off.",
    Nothing,
    AuditVerdict,
  ),
  "jails.audit": look(
    "GET /jails/{name}/audit",
    "invite",
    "What was done to a jail, newest first; of others without where they came from.",
    JailAuditForm,
    AuditRows,
  ),
  "jails.export-audit": file("GET /jails/{name}/audit/lines", "invite", "The same as JSON lines.", JailAuditQuery),
} as const satisfies Record<string, Endpoint>;
