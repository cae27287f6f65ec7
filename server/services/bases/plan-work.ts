import { z } from "zod";
import { KnastError } from "../../contract/errors.ts";
import { PlannedWork, type PlanWorkForm } from "../../contract/notices.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";
import { db, type Transaction } from "../db.ts";
import { type Holders, readHolders } from "../jails/look-at-jails.ts";
import { notify } from "../notices/notify.ts";

const YEAR_MS = 366 * 24 * 3_600_000;
const AT_ONCE = 20;
const Jails = PlannedWork.shape.jails;

/** @returns what is planned for a base, soonest first. Admin only. */
export async function listPlannedWork(ctx: Ctx, base: string, now = Date.now()): Promise<PlannedWork[]> {
  assertAdmin(ctx);
  const rows = await db().plannedWork.findMany({
    where: { base, at: { gt: new Date(now) } },
    orderBy: { at: "asc" },
    include: { createdBy: true },
  });
  return rows.map(({ id, at, note, jails, createdBy }) => ({
    ...{ id, base, at: at.toISOString(), note, by: createdBy.name },
    jails: Jails.catch([]).parse(JSON.parse(jails)),
  }));
}

/**
 * Tells the people of all jails that stand on a base when it will be updated. It does nothing to the base itself. Admin only.
 * @throws KnastError not_found; invalid for a day that is past or more than a year away; too_many
 */
export function planWork(ctx: Ctx, form: PlanWorkForm): Promise<{ work: string }> {
  return audited(ctx, "base.plan-work", {}, async () => {
    assertAdmin(ctx);
    const at = new Date(form.at);
    const ahead = at.getTime() - Date.now();
    if (!(ahead > 0 && ahead < YEAR_MS)) {
      const message = "Give a time that is ahead, within a year.";
      throw new KnastError("invalid", { message, problems: [{ field: "at", code: "invalid", message }] });
    }
    const { users } = await call("base.plan", { name: form.base }, { actor: ctx.actor.name });
    const jails = users.flatMap(({ id, name }) => (id ? [{ id, name }] : []));
    const holders = await readHolders();
    return db().$transaction(async (transaction) => {
      await transaction.plannedWork.deleteMany({ where: { at: { lt: new Date() } } });
      if ((await transaction.plannedWork.count({ where: { base: form.base } })) >= AT_ONCE)
        throw new KnastError("too_many", { message: "There is enough planned for this base." });
      const data = { base: form.base, at, note: form.note, jails: JSON.stringify(jails), createdById: ctx.actor.id };
      const { id } = await transaction.plannedWork.create({ data });
      await tell(ctx, "work-planned", { base: form.base, at, note: form.note, jails }, holders, transaction);
      return { work: id };
    });
  });
}

/** Takes planned work back and tells so those who were told of it. Admin only. @throws KnastError not_found, also when it is past */
export function takeBackWork(ctx: Ctx, form: { work: string }): Promise<void> {
  return audited(ctx, "base.take-back-work", {}, async () => {
    assertAdmin(ctx);
    const holders = await readHolders();
    await db().$transaction(async (transaction) => {
      const where = { id: form.work, at: { gt: new Date() } };
      const work = await transaction.plannedWork.findFirst({ where });
      if (!work || (await transaction.plannedWork.deleteMany({ where })).count === 0) throw new KnastError("not_found");
      const jails = Jails.catch([]).parse(JSON.parse(work.jails));
      await tell(ctx, "work-cancelled", { ...work, jails }, holders, transaction);
    });
  });
}

type Work = { base: string; at: Date; note: string; jails: z.infer<typeof Jails> };

async function tell(
  { actor }: Ctx,
  kind: "work-planned" | "work-cancelled",
  { base, at, note, jails }: Work,
  holders: Holders,
  on: Transaction,
): Promise<void> {
  for (const jail of jails) {
    const accounts = (holders.get(jail.id) ?? []).map((holder) => holder.id);
    await notify({ accounts, kind, jail, facts: { by: actor.name, base, at: at.toISOString(), note } }, on);
  }
}
