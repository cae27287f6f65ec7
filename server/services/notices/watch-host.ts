import { call } from "../daemon.ts";
import { db, type Transaction } from "../db.ts";
import { type Holders, readHolders } from "../jails/look-at-jails.ts";
import { readSetting, writeSetting } from "../panel-settings/panel-setting.ts";
import { type HostEvent, judgeHost } from "./judge-host.ts";
import { notify } from "./notify.ts";

const ACTOR = { actor: "knast-web" };

/**
 * Looks once at the host and tells each jail's people what happened to it. What was told stands in the database in the same
 * transaction as the notices, so that a restart neither misses a job nor tells it twice, as long as the daemon still lists it
 * (it keeps the last 200).
 * @throws KnastError unavailable
 */
export async function watchHost(now = Date.now()): Promise<void> {
  const memory = { jobs: await readSetting("notices.jobs"), jails: await readSetting("notices.jails") };
  const { jobs: before } = await call("job.list", {}, ACTOR);
  const { jails } = await call("jail.list", {}, ACTOR);
  const moved = jails.some((jail) => jail.id && memory.jails[jail.id] !== jail.jid);
  const after = moved ? (await call("job.list", {}, ACTOR)).jobs : before;
  const judged = judgeHost({ memory, before, jails, after, now });
  if (same(judged.memory, memory)) return;
  // Asked before the transaction, which has the database for itself.
  const holders = await readHolders();
  await db().$transaction(async (transaction) => {
    for (const event of judged.events) await tell(event, holders, transaction);
    await writeSetting("notices.jobs", [...judged.memory.jobs!], transaction);
    await writeSetting("notices.jails", { ...judged.memory.jails }, transaction);
  });
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

async function tell({ kind, jail, by, facts }: HostEvent, holders: Holders, on: Transaction): Promise<void> {
  const held = (jail?.id && holders.get(jail.id)) || [];
  const people = held.filter((holder) => holder.rights.includes("power")).map((holder) => holder.id);
  const actor = by === null ? null : await on.account.findUnique({ where: { name: by } });
  if (kind !== "job-failed")
    return notify({ accounts: people.filter((id) => id !== actor?.id), kind, jail, facts }, on);
  const accounts = [...people, ...(actor ? [actor.id] : [])];
  // What failed by night, by itself and on nobody's jail is the admins' affair.
  if (accounts.length === 0)
    accounts.push(...(await on.account.findMany({ where: { role: "admin" } })).map((admin) => admin.id));
  await notify({ accounts, kind, jail, facts }, on);
}
