import { sealWebhook } from "./webhook-secret.ts";
import {
  ALWAYS_TOLD,
  type NoticePreferences,
  type NoticePreferencesView,
  type WebhookSecret,
} from "../../contract/notices.ts";
import { findAccount } from "../accounts/find-account.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { mailIsSetUp } from "../mail/send-mail.ts";
import { channelsOff } from "./notify.ts";
import { newWebhookSecret } from "./webhook-signature.ts";

/** @returns how the actor is told; the webhook's secret is not in it */
export async function showPreferences({ actor }: Ctx): Promise<NoticePreferencesView> {
  const account = await findAccount(actor.id);
  return {
    email: account.email,
    byMail: account.notifyByMail,
    webhook: account.webhookUrl,
    off: channelsOff(account),
    mailIsSetUp: mailIsSetUp(),
  };
}

/**
 * Sets how the actor is told. Another address of the webhook gets a new secret, so that whoever knew the old one can sign
 * nothing for the new.
 * @returns the secret when it is new: the only time that it is shown
 */
export function setPreferences(ctx: Ctx, form: NoticePreferences): Promise<WebhookSecret> {
  return audited(ctx, "notices.preferences", {}, async () => {
    const { id } = ctx.actor;
    const { webhookUrl } = await findAccount(id);
    const fresh = form.webhook !== null && form.webhook !== webhookUrl ? newWebhookSecret() : null;
    const off = Object.fromEntries(
      Object.entries(form.off).filter(([kind, channels]) => channels.length > 0 && !ALWAYS_TOLD.has(kind as never)),
    );
    await db().account.update({
      where: { id },
      data: {
        email: form.email,
        notifyByMail: form.byMail && form.email !== null,
        webhookUrl: form.webhook,
        ...(form.webhook === null ? { webhookSecret: null } : fresh ? { webhookSecret: sealWebhook(id, fresh) } : {}),
        noticeChannels: JSON.stringify(off),
      },
    });
    return { secret: fresh };
  });
}

/** Gives the actor's webhook a new secret; null when he has none. */
export function renewWebhookSecret(ctx: Ctx): Promise<WebhookSecret> {
  return audited(ctx, "notices.webhook-secret", {}, async () => {
    const secret = newWebhookSecret();
    const where = { id: ctx.actor.id, webhookUrl: { not: null } };
    const changed = await db().account.updateMany({
      where,
      data: { webhookSecret: sealWebhook(ctx.actor.id, secret) },
    });
    return { secret: changed.count === 1 ? secret : null };
  });
}
