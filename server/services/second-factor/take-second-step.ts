import type { SecondStepForm } from "../../contract/second-factor.ts";
import type { ChallengeKind } from "./challenges.ts";
import { useRecoveryCode } from "./recovery-codes.ts";
import { secondFactorOf } from "./second-factor-of.ts";
import { useTotp } from "./totp.ts";
import { verifyPasskey } from "./verify-passkey.ts";

/** Whether what an account shows is its second factor; it is used up by that. An account without one has no right answer. */
export async function takeSecondStep(
  account: string,
  form: SecondStepForm,
  asked: { kind: ChallengeKind; subject: string; origin: string },
): Promise<boolean> {
  if (!(await secondFactorOf(account)).any) return false;
  if ("code" in form) return useTotp(account, form.code);
  if ("recovery" in form) return useRecoveryCode(account, form.recovery);
  return (await verifyPasskey({ ...asked, verified: false }, account, form.passkey)) === account;
}
