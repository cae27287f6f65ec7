import type { z } from "zod";
import { KnastError } from "../../contract/errors.ts";
import type { SetPasswordForm } from "../../contract/panel.ts";
import { audited } from "../audit/audited.ts";
import { isAbout } from "../audit/current-act.ts";
import type { Visitor } from "../context.ts";
import { db } from "../db.ts";
import { notify } from "../notices/notify.ts";
import { closeShellsOf } from "../terminals/close-shells-of.ts";
import { forgive } from "./forgive.ts";
import { hashPassword } from "./password-hash.ts";
import { lookAtLink, useLink } from "./one-time-links.ts";
import { type Checked, PERSON } from "./sessions.ts";

const spent = () =>
  new KnastError("invalid", { message: "This link is used up or too old. Ask your admin for a new one." });

/**
 * Sets the password of the account that a one-time link was made for, and ends its sessions and shells: somebody else may be in them.
 * Who was kept waiting by strangers' guesses waits no longer. A second factor stays: it is asked for next.
 * @returns the account, for the sign-in that follows
 * @throws KnastError invalid when the link is used, unknown or too old
 */
export function setPassword(
  visitor: Visitor,
  form: z.infer<typeof SetPasswordForm>,
): Promise<Checked & { name: string }> {
  return audited(visitor, "account.set-password", {}, async () => {
    const account = (await lookAtLink("password", form.token))?.account;
    if (!account) throw spent();
    isAbout(account.name);
    const passwordHash = await hashPassword(form.password);
    const person = await db().$transaction(async (transaction) => {
      if (!(await useLink(transaction, "password", form.token))) throw spent();
      const before = await transaction.account.findUnique({ where: { id: account.id } });
      const after = await transaction.account.update({
        where: { id: account.id },
        data: { passwordHash, sessionVersion: { increment: 1 } },
        select: PERSON,
      });
      await transaction.session.deleteMany({ where: { accountId: account.id } });
      if (before?.passwordHash) await notify({ accounts: [account.id], kind: "password-changed" }, transaction);
      await transaction.pendingSignIn.deleteMany({ where: { accountId: account.id } });
      await transaction.knownDevice.deleteMany({ where: { accountId: account.id } });
      return after;
    });
    await forgive(account.name);
    // Shells end with the daemon: where none answers there are none.
    await closeShellsOf({ actor: account }, account.name).catch((error: unknown) => {
      if (!(error instanceof KnastError && error.code === "unavailable")) throw error;
    });
    return person;
  });
}
