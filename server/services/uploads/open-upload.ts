import type { Upload } from "../../contract/upload.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";

/** Announces a file of so many bytes. Admin only. @throws KnastError too_many, disk_full */
export function openUpload(ctx: Ctx, form: { bytes: number }): Promise<Upload> {
  return audited(ctx, "upload.open", {}, async () => {
    assertAdmin(ctx);
    return call("upload.open", form, { actor: ctx.actor.name });
  });
}
