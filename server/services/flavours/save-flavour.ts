import type { Flavour } from "../../contract/flavour.ts";
import type { JobRef } from "../../contract/job.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { askedBy, call } from "../daemon.ts";

/** Makes a flavour or replaces it. Admin only. @throws KnastError exists, invalid and what the daemon says */
export function saveFlavour(ctx: Ctx, form: { flavour: Flavour }): Promise<JobRef> {
  return audited(ctx, "flavour.save", {}, async () => {
    assertAdmin(ctx);
    return call("flavour.save", form, askedBy(ctx));
  });
}
