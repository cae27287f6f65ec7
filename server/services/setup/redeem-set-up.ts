import type { z } from "zod";
import { KnastError } from "../../contract/errors.ts";
import type { SetUpForm } from "../../contract/panel.ts";
import { lookAtLink, useLink } from "../accounts/one-time-links.ts";
import { hashPassword } from "../accounts/password-hash.ts";
import { type Checked, PERSON } from "../accounts/sessions.ts";
import { audited } from "../audit/audited.ts";
import type { Visitor } from "../context.ts";
import { db } from "../db.ts";

const spent = () =>
  new KnastError("invalid", {
    message: "This link is used up or too old. The next npm start prints a new one while there is no admin.",
  });

/**
 * Makes the first admin. @returns his account, for the sign-in that follows
 * @throws KnastError invalid when the link is used, unknown or too old, or when there is an admin
 */
export function redeemSetUp(visitor: Visitor, form: z.infer<typeof SetUpForm>): Promise<Checked & { name: string }> {
  return audited(visitor, "setup.admin", { account: form.name }, async () => {
    if (!(await lookAtLink("setup", form.token))) throw spent();
    const passwordHash = await hashPassword(form.password);
    return db().$transaction(async (transaction) => {
      const taken = await transaction.account.count({ where: { role: "admin" } });
      if (!(await useLink(transaction, "setup", form.token)) || taken > 0) throw spent();
      const data = { name: form.name, role: "admin", passwordHash } as const;
      return transaction.account.create({ data, select: PERSON });
    });
  });
}
