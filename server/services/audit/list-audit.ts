import type {
  AuditFilter,
  AuditListForm,
  AuditPage,
  AuditQuery,
  AuditRecord,
  AuditRow,
  AuditRows,
  JailAuditForm,
} from "../../contract/audit.ts";
import { AuditListForm as Form, filterOf, JailAuditForm as JailForm } from "../../contract/audit.ts";
import { assertAdmin, isAdmin } from "../accounts/assert-admin.ts";
import type { Actor, Ctx } from "../context.ts";
import { call } from "../daemon.ts";
import { getJailFor } from "../jails/get-jail-for.ts";

/** The daemon reads a part of the trail at a time: so many of them are looked through for one page. */
const LOOKS = 8;

/** Where others came from, and by which token, is the admin's to know. */
export function rowOf(actor: Actor, { source, token, ...sealed }: AuditRecord): AuditRow {
  const { prev: _prev, hash: _hash, ...record } = sealed;
  const shown = isAdmin(actor) || record.who === actor.name;
  return { ...record, source: shown ? source : null, token: shown ? (token ?? null) : null };
}

/**
 * The trail of the whole host, newest first, also of jails and accounts that are gone.
 * @throws KnastError forbidden for everybody but the admin
 */
export async function listAudit(ctx: Ctx, form: AuditListForm): Promise<AuditRows> {
  assertAdmin(ctx);
  const { before, limit, ...query } = Form.parse(form);
  return rowsOf(ctx, await lookThrough(ctx, filterOf(query), { before, limit }));
}

/**
 * What was done to one jail, and by whom, for who may invite others to it. What was done to an earlier jail of its name is not its own.
 * @throws KnastError not_found, forbidden
 */
export async function listJailAudit(ctx: Ctx, form: JailAuditForm): Promise<AuditRows> {
  const { name, before, limit, ...query } = JailForm.parse(form);
  return rowsOf(ctx, await lookThrough(ctx, await jailFilter(ctx, name, query), { before, limit }));
}

/** @returns what to ask the daemon for one jail's records. @throws KnastError not_found, forbidden */
export async function jailFilter(ctx: Ctx, name: string, query: AuditQuery): Promise<AuditFilter> {
  const jail = await getJailFor(ctx, name, "invite");
  return { ...filterOf(query), jail: jail.name, ...(jail.id ? { jailId: jail.id } : {}) };
}

/** Asks on while the daemon has found nothing in what it has read. */
export async function lookThrough(
  ctx: Ctx,
  filter: AuditFilter,
  { before, limit }: { before?: number | undefined; limit: number },
): Promise<AuditPage> {
  for (let look = 1; ; look++) {
    const page = await call(
      "audit.list",
      { ...filter, limit, ...(before === undefined ? {} : { before }) },
      { actor: ctx.actor.name },
    );
    if (page.records.length > 0 || page.next === null || look === LOOKS) return page;
    before = page.next;
  }
}

const rowsOf = (ctx: Ctx, { records, next }: AuditPage): AuditRows => ({
  records: records.map((record) => rowOf(ctx.actor, record)),
  next,
});
