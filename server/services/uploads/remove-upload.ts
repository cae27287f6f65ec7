import { assertAdmin } from "../accounts/assert-admin.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";

/** Throws an upload away. Admin only. @throws KnastError busy */
export function removeUpload(ctx: Ctx, form: { upload: string }): Promise<object> {
  return audited(ctx, "upload.remove", {}, async () => {
    assertAdmin(ctx);
    return call("upload.remove", form, { actor: ctx.actor.name });
  });
}
