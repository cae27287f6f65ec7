import type { IncomingMessage } from "node:http";
import { KnastError } from "../../contract/errors.ts";
import { ROOT } from "../../contract/shell-choice.ts";
import type { Share } from "../../contract/together.ts";
import { readSession } from "../accounts/read-session.ts";
import { cameBy, stillActor } from "../accounts/still-actor.ts";
import { fromOf } from "../audit/asked-from.ts";
import { headersOfAct } from "../audit/current-act.ts";
import { type Ctx, newRequestId } from "../context.ts";
import { call } from "../daemon.ts";
import { lookAtJails } from "../jails/look-at-jails.ts";
import { readToken } from "../tokens/read-token.ts";
import { isGuest } from "./join-terminal.ts";
import { lookAtTerminals } from "./list-terminals.ts";
import { mayHaveShell, shellAsOf } from "./shell-as.ts";

/** What an open splice was allowed for; `sessionKey` is opaque to its keeper. */
export type Pass = {
  accountId: string;
  jail: string;
  /** the account of the jail that the shell runs as; null: there is none yet, or it is somebody else's affair */
  as: string | null;
  sessionKey: string;
  /** as whom he attaches: knastd knows by it whether the shell is his */
  actor: string;
  /** a shell of somebody else, who lets him look at it */
  guestOf?: string;
};
/** `from`: the headers by which knastd learns from where he came */
export type Authorized =
  | ({ ok: true; from: Record<string, string> } & Pass)
  | { ok: false; status: 401 | 403 | 404 | 503 };

/**
 * Decides on an upgrade to a shell before anything is connected: the session or the token must be good, the shell his and the jail
 * his still, or somebody else's who has let him in. Any other shell and none at all are the same 404.
 */
export async function authorizeTerminal(
  request: IncomingMessage,
  terminal: string,
  source = request.socket.remoteAddress ?? "",
): Promise<Authorized> {
  const { cookie, authorization } = request.headers;
  // Who brings a token is judged by it alone, whatever cookie comes along.
  const actor = await (authorization === undefined ? readSession({ cookie }, true) : readToken(authorization, source));
  if (!actor) return { ok: false, status: 401 };
  const ctx: Ctx = { actor, source, origin: "", requestId: newRequestId() };
  try {
    const { terminals, ended } = await lookAtTerminals(ctx);
    // One that is over tells how it ended.
    const his = [...terminals, ...ended].find((each) => each.terminal === terminal);
    const from = headersOfAct(fromOf(ctx));
    const pass = { accountId: actor.id, sessionKey: cameBy(actor), actor: actor.name, from };
    if (his) return { ok: true, ...pass, jail: his.jail, as: his.account };
    const { shares } = await call("terminal.shares", {}, { actor: actor.name });
    const share = isGuest(ctx, shares, terminal);
    return share ? { ok: true, ...pass, jail: share.jail, as: null, guestOf: terminal } : { ok: false, status: 404 };
  } catch (error) {
    if (error instanceof KnastError && error.code === "unavailable") return { ok: false, status: 503 };
    throw error;
  }
}

/**
 * For the check of open splices every two seconds: one look at the jails, then a question per splice.
 * `used` says whether its person has typed since the last check, which keeps his session alive.
 */
export async function whoIsStillAllowed(): Promise<(pass: Pass, used: boolean) => Promise<boolean>> {
  // Without the daemon there is no shell to protect, and sessions are checked all the same.
  const look = await lookAtJails("knast-web").catch(() => null);
  let shares: Promise<Share[]> | undefined;
  const askedShares = () =>
    (shares ??= call("terminal.shares", {}, { actor: "knast-web" }).then((answer) => answer.shares));
  return async (pass, used) => {
    const actor = await stillActor(pass.sessionKey, used);
    if (!actor || actor.id !== pass.accountId) return false;
    if (!look) return true;
    // A guest needs no part in the jail: whose shell it is may take his away, and loses it with his own.
    if (pass.guestOf !== undefined) return isGuest({ actor }, await askedShares(), pass.guestOf) !== null;
    const jail = look.jails.find((one) => one.name === pass.jail);
    const account = pass.as ?? (jail ? shellAsOf(actor, jail, look.holders) : ROOT);
    return mayHaveShell(actor, look.jails, look.holders)({ jail: pass.jail, account });
  };
}
