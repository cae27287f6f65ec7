import type { OneTimeLink } from "../../contract/panel.ts";
import { KnastError } from "../../contract/errors.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { assertAdmin } from "./assert-admin.ts";
import { findAccount } from "./find-account.ts";
import { makeLink } from "./one-time-links.ts";

/** Makes a link by which the account's person sets a new password; the old one is good until then. Admin only. */
export function newPasswordLink(ctx: Ctx, form: { account: string }): Promise<OneTimeLink> {
  return audited(ctx, "account.new-password-link", { account: form.account }, async () => {
    assertAdmin(ctx);
    const account = await findAccount(form.account);
    if (account.disabledAt)
      throw new KnastError("forbidden", { message: "This account is disabled. Enable it first." });
    return makeLink({ kind: "password", account: account.id }, ctx.origin);
  });
}
