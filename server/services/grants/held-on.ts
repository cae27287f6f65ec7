import { db, type Db } from "../db.ts";
import { grantRights } from "./grant-columns.ts";
import type { Held } from "./may-give.ts";

type Reader = Pick<Db, "grant">;

/** What still counts at a moment, for a grant and for the account that holds it. */
export const lives = (now = new Date()) => ({ OR: [{ endsAt: null }, { endsAt: { gt: now } }] });

/** @returns who holds what on a jail at this moment */
export async function heldOn(jailId: string, reader: Reader = db()): Promise<Held[]> {
  const grants = await reader.grant.findMany({ where: { jailId, ...lives(), account: lives() } });
  return grants.map(({ accountId, endsAt, grantedById, ...columns }) => ({
    account: accountId,
    rights: grantRights(columns),
    shellAs: columns.shellAs,
    endsAt,
    through: grantedById,
  }));
}
