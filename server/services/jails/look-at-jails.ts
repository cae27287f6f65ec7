import type { JailSummary } from "../../contract/jail.ts";
import { JailName } from "../../contract/names.ts";
import type { AccountRef, JailRow, Right } from "../../contract/panel.ts";
import type { Actor } from "../context.ts";
import { call } from "../daemon.ts";
import { db } from "../db.ts";
import { settleGrantIntents } from "./settle-grant-intents.ts";

export type Owners = ReadonlyMap<string, AccountRef[]>;

/** @returns who has which jail: by $knast_id, friends by name */
export async function readOwners(): Promise<Owners> {
  const grants = await db().grant.findMany({ include: { account: true }, orderBy: { account: { name: "asc" } } });
  const owners = new Map<string, AccountRef[]>();
  for (const { jailId, account } of grants) {
    const those = owners.get(jailId) ?? [];
    owners.set(jailId, [...those, { id: account.id, name: account.name }]);
  }
  return owners;
}

/** @returns all jails of the host and their owners, after grants of finished jobs have been written */
export async function lookAtJails(actor: string): Promise<{ jails: JailSummary[]; owners: Owners }> {
  const { jails } = await call("jail.list", {}, { actor });
  await settleGrantIntents(jails);
  return { jails, owners: await readOwners() };
}

/**
 * What an actor sees of a jail; null when it is nothing. A jail without an id was made by hand and is the admin's alone;
 * one whose name is none of ours can't be named to the daemon and is only looked at.
 */
export function rowFor(actor: Actor, jail: JailSummary, owners: Owners): JailRow | null {
  const those = (jail.id && owners.get(jail.id)) || [];
  const granted = those.some((owner) => owner.id === actor.id);
  if (actor.role !== "admin" && !granted) return null;
  const rights: Right[] = ["see"];
  if (JailName.safeParse(jail.name).success) {
    rights.push("power", "shell", "processes");
    if (actor.role === "admin" && jail.id) rights.push("create", "destroy");
  }
  // Who else has it is the admin's business.
  return { ...jail, owners: actor.role === "admin" ? those : those.filter((owner) => owner.id === actor.id), rights };
}
