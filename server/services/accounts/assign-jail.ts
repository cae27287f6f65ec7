import { KnastError } from "../../contract/errors.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { getJailFor } from "../jails/get-jail-for.ts";
import { assertAdmin } from "./assert-admin.ts";
import { findAccount } from "./find-account.ts";

/** Gives a jail to an account; nothing happens when he has it. Admin only. @throws KnastError not_found, foreign */
export function assignJail(ctx: Ctx, form: { name: string; account: string }): Promise<void> {
  return audited(ctx, "jail.assign", { jail: form.name, account: form.account }, async () => {
    assertAdmin(ctx);
    const account = await findAccount(form.account);
    const jail = await getJailFor(ctx, form.name, "see");
    if (!jail.id)
      throw new KnastError("foreign", { message: "Only a jail that was made here can be given to a friend." });
    const key = { accountId: account.id, jailId: jail.id };
    await db().grant.upsert({
      where: { accountId_jailId: key },
      create: { ...key, jailName: jail.name },
      update: { jailName: jail.name },
    });
  });
}
