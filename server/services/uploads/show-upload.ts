import type { Upload } from "../../contract/upload.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";

/** How far an upload has come. Admin only. @throws KnastError not_found */
export async function showUpload(ctx: Ctx, form: { upload: string }): Promise<Upload> {
  assertAdmin(ctx);
  return call("upload.show", form, { actor: ctx.actor.name });
}
