import type { z } from "zod";
import { KnastError } from "../../contract/errors.ts";
import type { SetPasswordForm } from "../../contract/panel.ts";
import { audited } from "../audit/audited.ts";
import type { Visitor } from "../context.ts";
import { db } from "../db.ts";
import { hashPassword } from "./password-hash.ts";
import { lookAtLink, useLink } from "./one-time-links.ts";

const spent = () =>
  new KnastError("invalid", { message: "This link is used up or too old. Ask your admin for a new one." });

/**
 * Sets the password of the account that a one-time link was made for, and ends its sessions.
 * @returns the account's name, for the sign-in that follows
 * @throws KnastError invalid when the link is used, unknown or too old
 */
export function setPassword(visitor: Visitor, form: z.infer<typeof SetPasswordForm>): Promise<{ name: string }> {
  return audited(visitor, "account.set-password", {}, async () => {
    const account = (await lookAtLink("password", form.token))?.account;
    if (!account) throw spent();
    const passwordHash = await hashPassword(form.password);
    await db().$transaction(async (transaction) => {
      if (!(await useLink(transaction, "password", form.token))) throw spent();
      await transaction.account.update({
        where: { id: account.id },
        data: { passwordHash, sessionVersion: { increment: 1 } },
      });
      await transaction.session.deleteMany({ where: { accountId: account.id } });
    });
    return { name: account.name };
  });
}
