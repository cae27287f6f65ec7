import type { Flavour } from "../../contract/flavour.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";

/** @returns one flavour with all its files. Admin only. @throws KnastError not_found, invalid */
export async function showFlavour(ctx: Ctx, form: { name: string }): Promise<{ flavour: Flavour; builtIn: boolean }> {
  assertAdmin(ctx);
  return call("flavour.show", form, { actor: ctx.actor.name });
}
