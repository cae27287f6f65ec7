import type { OneTimeLink } from "../../contract/panel.ts";
import { makeLink } from "../accounts/one-time-links.ts";
import { db } from "../db.ts";

/** @returns a new link that makes the first admin; null when there is one */
export async function makeSetUpLink(origin: string): Promise<OneTimeLink | null> {
  if ((await db().account.count({ where: { role: "admin" } })) > 0) return null;
  return makeLink({ kind: "setup" }, origin);
}
