import type { IncomingMessage } from "node:http";
import { KnastError } from "../../contract/errors.ts";
import { readSession } from "../accounts/read-session.ts";
import { actorOf } from "../accounts/sessions.ts";
import { type Ctx, newRequestId } from "../context.ts";
import { db } from "../db.ts";
import { lookAtJails, rowFor } from "../jails/look-at-jails.ts";
import { listTerminals } from "./list-terminals.ts";

/** What an open splice was allowed for; `sessionKey` is opaque to its keeper. */
export type Pass = { accountId: string; jail: string; sessionKey: string };
export type Authorized = ({ ok: true } & Pass) | { ok: false; status: 401 | 403 | 404 | 503 };

/**
 * Decides on an upgrade to a shell before anything is connected: the session must be good, the shell his, the jail his
 * still. A shell of somebody else and none at all are the same 404.
 */
export async function authorizeTerminal(request: IncomingMessage, terminal: string): Promise<Authorized> {
  const actor = await readSession({ cookie: request.headers.cookie }, true);
  if (!actor) return { ok: false, status: 401 };
  const source = request.socket.remoteAddress ?? "";
  const ctx: Ctx = { actor, source, origin: "", requestId: newRequestId() };
  try {
    const his = (await listTerminals(ctx)).find((each) => each.terminal === terminal);
    if (!his) return { ok: false, status: 404 };
    return { ok: true, accountId: actor.id, jail: his.jail, sessionKey: actor.session };
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
  return async (pass, used) => {
    const session = await db().session.findUnique({ where: { id: pass.sessionKey } });
    if (!session || session.accountId !== pass.accountId) return false;
    const actor = await actorOf({ sub: session.accountId, ver: session.version, sid: session.id }, used);
    if (!actor || !look) return actor !== null;
    return look.jails.some(
      (jail) => jail.name === pass.jail && rowFor(actor, jail, look.owners)?.rights.includes("shell"),
    );
  };
}
