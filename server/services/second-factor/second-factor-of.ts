import type { Ways } from "../../contract/second-factor.ts";
import { db } from "../db.ts";

/** By what an account can prove itself beside its password; `any`: it has a second factor (recovery codes alone are none). */
export async function secondFactorOf(account: string): Promise<Ways & { any: boolean }> {
  const found = await db().account.findUnique({
    where: { id: account },
    select: {
      totpConfirmedAt: true,
      _count: { select: { passkeys: true, recoveryCodes: { where: { usedAt: null } } } },
    },
  });
  const totp = found?.totpConfirmedAt !== null && found !== null;
  const passkey = (found?._count.passkeys ?? 0) > 0;
  const any = totp || passkey;
  return { totp, passkey, recovery: any && (found?._count.recoveryCodes ?? 0) > 0, any };
}
