import { KnastError } from "../../contract/errors.ts";
import { AccountName } from "../../contract/names.ts";
import type { Role } from "../../contract/panel.ts";
import { SignInForm } from "../../contract/panel.ts";
import { audited } from "../audit/audited.ts";
import type { Visitor } from "../context.ts";
import { db } from "../db.ts";
import { verifyHash } from "./password-hash.ts";
import { SignInLimits } from "./sign-in-limits.ts";

const shared = globalThis as { knastSignInLimits?: SignInLimits };

/**
 * Checks a name and a password. Unknown, invited, disabled and wrong are one answer after the same work.
 * @throws KnastError invalid; too_many while the account or the address has to wait
 */
export async function verifyPassword(
  visitor: Visitor,
  form: unknown,
  limits: SignInLimits = (shared.knastSignInLimits ??= new SignInLimits()),
): Promise<{ id: string; name: string; role: Role }> {
  const parsed = SignInForm.safeParse(form);
  const name = parsed.success ? parsed.data.name.trim().toLowerCase() : "";
  return audited(visitor, "sign-in", { account: AccountName.safeParse(name).success ? name : "?" }, async () => {
    limits.attempt(name, visitor.source);
    const password = parsed.success ? parsed.data.password : "";
    const account = await db().account.findUnique({ where: { name } });
    const usable = account && !account.disabledAt ? account.passwordHash : null;
    if (!(await verifyHash(usable, password)) || !account)
      throw new KnastError("invalid", { message: "The name or the password is not right." });
    limits.succeeded(name, visitor.source);
    await db().account.update({ where: { id: account.id }, data: { lastSignInAt: new Date() } });
    return { id: account.id, name: account.name, role: account.role };
  });
}
