import type { AdmitForm, ShareForm } from "../../contract/together.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";
import { ownTerminal } from "./list-terminals.ts";

/** A link by which others ask to look at one of the actor's shells; an earlier link to it is worth nothing any more. @throws KnastError not_found */
export function shareTerminal(ctx: Ctx, form: ShareForm): Promise<{ link: string; until: string }> {
  return audited(ctx, "terminal.share", {}, async () => {
    await ownTerminal(ctx, form.terminal);
    const { token, until } = await call("terminal.share", form, { actor: ctx.actor.name });
    return { link: `${ctx.origin}/shells/together/${token}`, until };
  });
}

/** Ends the link and cuts off everybody who came by it. @throws KnastError not_found */
export function unshareTerminal(ctx: Ctx, form: { terminal: string }): Promise<void> {
  return audited(ctx, "terminal.unshare", {}, async () => {
    await ownTerminal(ctx, form.terminal);
    await call("terminal.unshare", form, { actor: ctx.actor.name });
  });
}

/** Lets somebody in who asks, passes the keyboard on or takes it back, refuses him or sends him away. @throws KnastError not_found, too_many */
export function admitGuest(ctx: Ctx, form: AdmitForm): Promise<void> {
  return audited(ctx, `terminal.admit ${form.as}`, { account: form.guest }, async () => {
    await ownTerminal(ctx, form.terminal);
    await call("terminal.admit", form, { actor: ctx.actor.name });
  });
}
