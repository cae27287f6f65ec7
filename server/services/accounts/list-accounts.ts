import type { Account } from "../../contract/panel.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { assertAdmin } from "./assert-admin.ts";
import { budgetOf } from "./budget-of.ts";

/** @returns all accounts by name; for the admin only */
export async function listAccounts(ctx: Ctx): Promise<Account[]> {
  assertAdmin(ctx);
  const accounts = await db().account.findMany({
    orderBy: { name: "asc" },
    include: { grants: { orderBy: { jailName: "asc" } } },
  });
  return accounts.map((account) => ({
    id: account.id,
    name: account.name,
    role: account.role,
    state: account.disabledAt ? "disabled" : account.passwordHash ? "active" : "invited",
    createdAt: account.createdAt.toISOString(),
    lastSignInAt: account.lastSignInAt?.toISOString() ?? null,
    endsAt: account.endsAt?.toISOString() ?? null,
    jails: account.grants.map((grant) => grant.jailName),
    budget: budgetOf(account),
  }));
}
