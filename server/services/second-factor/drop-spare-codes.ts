import { db } from "../db.ts";
import { secondFactorOf } from "./second-factor-of.ts";

/** Recovery codes go with the last second factor that they stand in for. */
export async function dropSpareCodes(account: string): Promise<void> {
  if (!(await secondFactorOf(account)).any) await db().recoveryCode.deleteMany({ where: { accountId: account } });
}
