import { KnastError } from "../../contract/errors.ts";
import type { AccountEndForm } from "../../contract/panel.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { assertAdmin } from "./assert-admin.ts";
import { findAccount } from "./find-account.ts";

/** From then on an account is as disabled; null: no end. Admin only, and for friends: an admin is made a friend first. @throws KnastError not_found, forbidden */
export function setAccountEnd(ctx: Ctx, { account, endsAt }: AccountEndForm): Promise<void> {
  return audited(ctx, "account.end", { account }, async () => {
    assertAdmin(ctx);
    const { id, role } = await findAccount(account);
    if (role === "admin" && endsAt !== null)
      throw new KnastError("forbidden", { message: "An admin's account has no end. Make him a friend first." });
    await db().account.update({ where: { id }, data: { endsAt: endsAt === null ? null : new Date(endsAt) } });
  });
}
