import type { VerbInput } from "../../contract/daemon.ts";
import type { JobRef } from "../../contract/job.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { askedBy, call } from "../daemon.ts";

/** Takes a jail over as it was shown. Admin only. */
export function runTakeOver(ctx: Ctx, wish: VerbInput<"take-over.run">): Promise<JobRef> {
  return audited(ctx, "take-over.run", { jail: wish.target ?? wish.name }, async () => {
    assertAdmin(ctx);
    return call("take-over.run", wish, askedBy(ctx));
  });
}
