import { endSession } from "../accounts/sessions.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";

/** Ends one's own session: signing out. */
export const leave = (ctx: Ctx): Promise<void> => audited(ctx, "sign-out", {}, () => endSession(ctx.actor.session));
