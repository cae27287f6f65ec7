import type { TestMailForm } from "../../contract/mail.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { sendMail } from "./send-mail.ts";

/** Sends one mail and waits for the server's answer. Admin only. @throws KnastError as sendMail() does */
export function sendTestMail(ctx: Ctx, form: TestMailForm): Promise<void> {
  return audited(ctx, "mail.test", {}, async () => {
    assertAdmin(ctx);
    const text = `This mail was asked for by ${ctx.actor.name} on the panel ${ctx.origin}.\nIts mail server works.\n`;
    await sendMail({ to: form.to, subject: "A test of the panel's mail", text });
  });
}
