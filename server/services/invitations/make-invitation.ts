import { createHash, randomBytes } from "node:crypto";
import { KnastError } from "../../contract/errors.ts";
import type { InviteForm } from "../../contract/grants.ts";
import type { SentInvitation } from "../../contract/panel.ts";
import { isAdmin } from "../accounts/assert-admin.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { env } from "../env.ts";
import { grantColumns } from "../grants/grant-columns.ts";
import { heldOn } from "../grants/held-on.ts";
import { ownPart, tooMuch } from "../grants/may-give.ts";
import { getJailFor } from "../jails/get-jail-for.ts";
import { mailIsSetUp, sendMail } from "../mail/send-mail.ts";
import { type Rate, RateLimit } from "../rate-limit.ts";
import { isOpen } from "./list-invitations.ts";

/** Open invitations of one person. */
const MAX_OPEN = 50;
/** Mails of one person to addresses that nobody has confirmed. */
const MAILS: Rate = { burst: 10, perSecond: 10 / 3600 };

// knast-web is two bundles in one process: actions and the API share one count.
const shared = globalThis as { knastInvitationMails?: RateLimit };

export const hashOf = (token: string): string => createHash("sha256").update(token).digest("hex");

/**
 * Makes a link that brings whoever opens it the parts in it, once. The admin invites to any jail, an owner to his own and to no more
 * than he has.
 * @returns the link, shown once; `mailed` when it went to the address that was given: ten an hour do, where KNAST_ORIGIN is set
 * @throws KnastError not_found, forbidden, foreign, too_many; invalid at grants.N.rights, grants.N.shellAs, grants.N.endsAt
 */
export function makeInvitation(ctx: Ctx, form: InviteForm): Promise<SentInvitation> {
  const jail = form.grants.length === 1 ? { jail: form.grants[0]!.name } : {};
  return audited(ctx, "invitation.make", jail, async () => {
    const grants = new Map<string, object>();
    for (const [i, { name, rights, shellAs, endsAt }] of form.grants.entries()) {
      const { id, name: jailName } = await getJailFor(ctx, name, "invite");
      if (id === null) throw new KnastError("foreign");
      const wish = { rights, shellAs, endsAt: endsAt === null ? null : new Date(endsAt) };
      const own = ownPart(await heldOn(id), ctx.actor);
      const wrong = isAdmin(ctx.actor) ? null : own ? tooMuch(own, wish) : { field: "rights", message: "" };
      if (wrong)
        throw new KnastError("invalid", {
          problems: [{ field: `grants.${i}.${wrong.field}`, code: "invalid", message: wrong.message }],
        });
      grants.set(id, { jailId: id, jailName, endsAt: wish.endsAt, ...grantColumns(rights, shellAs) });
    }
    const token = randomBytes(32).toString("base64url");
    const expiresAt = new Date(Date.now() + form.days * 24 * 3_600_000);
    const { email, note } = form;
    const createdById = ctx.actor.id;
    await db().$transaction(async (on) => {
      if ((await on.invitation.count({ where: { createdById, ...isOpen() } })) >= MAX_OPEN)
        throw new KnastError("too_many", {
          message: `There are ${MAX_OPEN} open invitations of yours. Take some back.`,
        });
      const promised = { create: [...grants.values()] as never };
      const data = { tokenHash: hashOf(token), createdById, email, note, expiresAt, grants: promised };
      await on.invitation.create({ data });
    });
    const url = `${ctx.origin}/invitation/${token}`;
    const mailed = email !== null && mayMail(createdById) && (await mailTo(email, url, ctx.actor.name, expiresAt));
    return { link: { url, expiresAt: expiresAt.toISOString() }, mailed };
  });
}

/** Without an origin of the panel's own the Host of who asks would say where the link in a mail leads. */
const mayMail = (account: string): boolean =>
  mailIsSetUp() && env().origin !== null && (shared.knastInvitationMails ??= new RateLimit(MAILS)).take(account) === 0;

/** The link is shown all the same, so a mail that does not go out loses nothing. */
async function mailTo(to: string, url: string, from: string, expiresAt: Date): Promise<boolean> {
  const text =
    `${from} invites you to a jail, a FreeBSD of your own on his host.\n\n${url}\n\n` +
    `The link works once, until ${expiresAt.toISOString().slice(0, 16).replace("T", " ")} UTC. Whoever has it can take it.\n`;
  return sendMail({ to, subject: `${from} invites you`, text }).then(
    () => true,
    (error: unknown) => {
      console.error("invitation mail", error);
      return false;
    },
  );
}
