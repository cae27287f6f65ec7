import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { notify } from "../notices/notify.ts";
import { closeShellsOf } from "../terminals/close-shells-of.ts";
import { grantColumns } from "./grant-columns.ts";
import { heldOn } from "./held-on.ts";
import { type Held, narrowed, type Wish } from "./may-give.ts";

export type GrantedJail = { id: string; name: string };

/**
 * Makes somebody's part in a jail what it shall be (null: none), and takes from those who came through him what he does not
 * have any more, in one go. The shells of all who lost theirs are closed after that.
 * @param may looks at what everybody holds at that moment, and throws what stands against it
 * @throws KnastError of `may`; unavailable when the shells can't be closed now (end-lost-shells.ts does it later)
 */
export async function changeGrant(
  ctx: Ctx,
  jail: GrantedJail,
  account: string,
  wish: Wish | null,
  may: (held: readonly Held[]) => void,
): Promise<void> {
  const lost = await db().$transaction(async (transaction) => {
    const held = await heldOn(jail.id, transaction);
    may(held);
    const changes = narrowed(held, account, wish);
    changes.set(account, wish);
    for (const [accountId, now] of changes) {
      const key = { accountId, jailId: jail.id };
      if (now === null) {
        await transaction.grant.deleteMany({ where: key });
        continue;
      }
      const data = { jailName: jail.name, endsAt: now.endsAt, ...grantColumns(now.rights, now.shellAs) };
      // Who sets it is the one through whom it is; what is only narrowed stays through whom it was.
      const through = accountId === account ? { grantedById: ctx.actor.id } : {};
      await transaction.grant.upsert({
        where: { accountId_jailId: key },
        create: { ...key, ...data, ...through },
        update: { ...data, ...through },
      });
    }
    for (const [accountId, now] of changes) {
      if (accountId === ctx.actor.id) continue;
      const had = held.some((one) => one.account === accountId);
      const kind = had === (now !== null) ? null : had ? "grant-taken" : "grant-given";
      if (kind) await notify({ accounts: [accountId], kind, jail, facts: { by: ctx.actor.name } }, transaction);
    }
    const had = held.filter((one) => one.rights.includes("shell") && changes.has(one.account));
    const ids = had.map((one) => one.account);
    return (await transaction.account.findMany({ where: { id: { in: ids }, role: "friend" } })).map(({ id, name }) => ({
      name,
      left: changes.get(id) ?? null,
    }));
  });
  for (const { name, left } of lost) await closeShellsOf(ctx, name, jail.name, left);
}
