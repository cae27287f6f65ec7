import { isOwner } from "../../contract/grants.ts";
import type { JailSummary } from "../../contract/jail.ts";
import { JailName } from "../../contract/names.ts";
import { type AccountRef, type Holder, type JailRow, Right } from "../../contract/panel.ts";
import { isAdmin } from "../accounts/assert-admin.ts";
import type { Actor } from "../context.ts";
import { call } from "../daemon.ts";
import { db } from "../db.ts";
import { grantRights } from "../grants/grant-columns.ts";
import { settleGrantIntents } from "./settle-grant-intents.ts";

/** By $knast_id: who may reach a jail now, by name. */
export type Holders = ReadonlyMap<string, Holder[]>;

const ref = ({ id, name }: AccountRef): AccountRef => ({ id, name });

/** @returns all grants that hold at this moment; one that has ended, or whose account has, is as if it were not there */
export async function readHolders(now = new Date()): Promise<Holders> {
  const lives = { OR: [{ endsAt: null }, { endsAt: { gt: now } }] };
  const grants = await db().grant.findMany({
    where: { ...lives, account: lives },
    include: { account: true, grantedBy: true },
    orderBy: { account: { name: "asc" } },
  });
  const holders = new Map<string, Holder[]>();
  for (const { jailId, account, grantedBy, endsAt, ...columns } of grants) {
    // Prisma asks for the accounts after the grants: one that was deleted in between is null, whatever its type says.
    if (!(account as typeof account | null)) continue;
    const holder = {
      ...ref(account),
      rights: grantRights(columns),
      shellAs: columns.shellAs,
      endsAt: endsAt?.toISOString() ?? null,
      through: grantedBy && ref(grantedBy),
    };
    holders.set(jailId, [...(holders.get(jailId) ?? []), holder]);
  }
  return holders;
}

/** @returns those of a jail's holders who own it */
export const ownersOf = (holders: Holders, jailId: string | null): AccountRef[] =>
  ((jailId && holders.get(jailId)) || []).filter(({ rights }) => isOwner(rights)).map(ref);

/** @returns all jails of the host and who may reach them, after grants of finished jobs have been written */
export async function lookAtJails(actor: string): Promise<{ jails: JailSummary[]; holders: Holders }> {
  const { jails } = await call("jail.list", {}, { actor });
  await settleGrantIntents(jails);
  return { jails, holders: await readHolders() };
}

/**
 * What an actor sees of a jail; null when it is nothing. A jail without an id was made by hand and is the admin's alone;
 * one whose name is none of ours can't be named to the daemon and is only looked at.
 */
export function rowFor(actor: Actor, jail: JailSummary, holders: Holders): JailRow | null {
  const rights = rightsFor(actor, jail, holders);
  if (!rights) return null;
  const owners = ownersOf(holders, jail.id);
  // Who else has it is the business of the admin and of those who may invite others.
  const all = isAdmin(actor) || rights.includes("invite");
  return { ...jail, owners: all ? owners : owners.filter((owner) => owner.id === actor.id), rights };
}

function rightsFor(actor: Actor, jail: JailSummary, holders: Holders): Right[] | null {
  const { scope } = actor;
  const admin = actor.role === "admin";
  const held: readonly Right[] | undefined = admin
    ? Right.options
    : ((jail.id && holders.get(jail.id)) || []).find((holder) => holder.id === actor.id)?.rights;
  if (!held || (scope?.jails && !(jail.id && scope.jails.includes(jail.id)))) return null;
  if (!JailName.safeParse(jail.name).success) return ["see"];
  const byHand: readonly Right[] = ["see", "power", "shell", "processes"];
  const scoped = (right: Right): boolean =>
    !scope || (right === "create" || right === "destroy" ? scope.admin : scope.rights.includes(right));
  return Right.options.filter((right) => held.includes(right) && scoped(right) && (jail.id || byHand.includes(right)));
}
