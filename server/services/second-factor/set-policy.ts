import type { SecondFactorPolicy } from "../../contract/second-factor.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import { assertProved } from "../accounts/prove.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { writeSetting } from "../panel-settings/panel-setting.ts";

/** Sets who must have a second factor; it counts from everybody's next request on. Admin only. @throws KnastError prove_first */
export function setPolicy(ctx: Ctx, form: { policy: SecondFactorPolicy }): Promise<void> {
  return audited(ctx, "second-factor.policy", {}, async () => {
    assertAdmin(ctx);
    await assertProved(ctx);
    await writeSetting("second-factor", form.policy);
  });
}
