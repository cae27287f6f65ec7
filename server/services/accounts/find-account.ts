import { KnastError } from "../../contract/errors.ts";
import { type AccountRecord, db } from "../db.ts";

/** @throws KnastError not_found */
export async function findAccount(id: string): Promise<AccountRecord> {
  const account = await db().account.findUnique({ where: { id } });
  if (!account) throw new KnastError("not_found", { message: "There is no such account." });
  return account;
}
