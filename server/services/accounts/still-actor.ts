import type { Actor } from "../context.ts";
import { db } from "../db.ts";
import { sshKeyActor } from "../ssh/ssh-key-actor.ts";
import { tokenActor } from "../tokens/read-token.ts";
import { actorOf } from "./sessions.ts";

const TOKEN = "token:";
const SSH = "ssh:";

/** Names what an actor came by, for what must end with it: his session, his token or his ssh key. */
export const cameBy = ({ scope, sshKey, session }: Actor): string =>
  scope ? TOKEN + scope.token : sshKey ? SSH + sshKey : session;

/**
 * Who came by it, as he is now; null when it, or its account, has ended.
 * @param key of cameBy()
 * @param used whether the person has done something meanwhile, which keeps a session alive
 */
export async function stillActor(key: string, used: boolean): Promise<Actor | null> {
  if (key.startsWith(TOKEN)) return tokenActor(key.slice(TOKEN.length));
  if (key.startsWith(SSH)) return sshKeyActor(key.slice(SSH.length));
  const session = await db().session.findUnique({ where: { id: key } });
  return session && actorOf({ sub: session.accountId, ver: session.version, sid: session.id }, used);
}
