import { findRecords } from "../../chain/find.ts";
import { verifyChain } from "../../chain/verify.ts";
import type { AUDIT_VERBS, AuditVerdict } from "../../contract/audit.ts";
import { KnastError } from "../../contract/errors.ts";
import type { Daemon } from "../daemon.ts";
import type { Handlers } from "../handlers.ts";
import { jailIdOf } from "./jail-id.ts";

/** A walk over the whole chain; who asks meanwhile gets its answer too. */
let walk: Promise<AuditVerdict> | null = null;

export const AUDIT_HANDLERS: Handlers<keyof typeof AUDIT_VERBS> = {
  "audit.append": async (daemon, { entries }) => {
    if (!daemon.audit.allowance.take(entries.length)) throw new KnastError("too_many");
    await Promise.all(entries.map((entry) => append(daemon, entry)));
    return {};
  },
  "audit.list": ({ audit }, input) => findRecords(audit.directory, input),
  "audit.verify": ({ audit }) => (walk ??= verifyChain(audit.directory).finally(() => (walk = null))),
};

async function append(
  daemon: Daemon,
  entry: Parameters<(typeof AUDIT_HANDLERS)["audit.append"]>[1]["entries"][number],
): Promise<void> {
  const jailId = await jailIdOf(daemon, entry.jail);
  await daemon.audit.record({ ...entry, origin: "panel", ...(jailId === undefined ? {} : { jailId }) });
}
