import { KnastError } from "../../contract/errors.ts";
import { AccountName } from "../../contract/names.ts";
import type { Role } from "../../contract/panel.ts";
import { SignInForm } from "../../contract/panel.ts";
import { audited } from "../audit/audited.ts";
import type { Visitor } from "../context.ts";
import { db } from "../db.ts";
import { verifyHash } from "./password-hash.ts";
import { type Checked, mayAct } from "./sessions.ts";
import { type SignInLimits, signInLimits } from "./sign-in-limits.ts";

type Options = {
  /** @returns the hash of the browser if it is one in which this account has signed in before */
  device?: (account: string) => Promise<string | null>;
  limits?: SignInLimits;
};

/**
 * Checks a name and a password; the try is taken back when they are right, earlier failures stay until the sign-in is complete.
 * Unknown, invited, disabled and wrong are one answer after the same work.
 * @returns the account as it was checked
 * @throws KnastError invalid; too_many while the account, the address or the device has to wait
 */
export async function verifyPassword(
  visitor: Visitor,
  form: unknown,
  { device = async () => null, limits = signInLimits() }: Options = {},
): Promise<Checked & { name: string; role: Role }> {
  const parsed = SignInForm.safeParse(form);
  const name = parsed.success ? parsed.data.name.trim().toLowerCase() : "";
  return audited(visitor, "sign-in", { account: AccountName.safeParse(name).success ? name : "?" }, async () => {
    const one = { kind: "account", account: name, source: visitor.source, device: await device(name) } as const;
    await limits.attempt(one);
    const password = parsed.success ? parsed.data.password : "";
    const account = await db().account.findUnique({ where: { name } });
    const usable = account && mayAct(account) ? account.passwordHash : null;
    if (!(await verifyHash(usable, password)) || !account)
      throw new KnastError("invalid", { message: "The name or the password is not right." });
    await limits.takeBack(one);
    const { id, role, passwordHash, sessionVersion } = account;
    return { id, name: account.name, role, passwordHash, sessionVersion };
  });
}
