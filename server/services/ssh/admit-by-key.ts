import { KnastError } from "../../contract/errors.ts";
import { networkOf } from "../accounts/network-of.ts";
import type { Who } from "../accounts/sessions.ts";
import { signInLimits } from "../accounts/sign-in-limits.ts";
import { audited } from "../audit/audited.ts";
import { newRequestId } from "../context.ts";
import { db } from "../db.ts";
import { lookAtJails, rowFor } from "../jails/look-at-jails.ts";
import { fingerprintOf } from "./parse-public-key.ts";
import { whoByKey } from "./ssh-key-actor.ts";

/** Nobody: what he asks for takes the same way as what a person asks for. */
const NOBODY: Who = { actor: { id: "", name: "-", role: "friend", session: "" }, settling: false };

/**
 * Decides on one who has signed with a key: the key must be an account's, the jail one in which it may open shells. An unknown
 * key, an account that has ended, a jail of somebody else and none at all are the same answer after the same questions.
 * @param asked `blob`: the key whose signature was right; null: it was not; `jail` null: the user name is none
 * @returns who it is; null for all the others, who count as failed tries of their address
 */
export async function admitByKey(asked: {
  blob: Buffer | null;
  jail: string | null;
  source: string;
}): Promise<Who | null> {
  const { source } = asked;
  const limits = signInLimits();
  // By the address alone: nobody can make somebody else wait who comes from elsewhere.
  const one = { kind: "ssh", account: networkOf(source), source, device: null } as const;
  const visitor = { source, origin: "", requestId: newRequestId() };
  return audited(visitor, "ssh.sign-in", asked.jail === null ? {} : { jail: asked.jail }, async () => {
    await limits.attempt(one);
    const [row, { jails, holders }] = await Promise.all([
      db().sshKey.findUnique({ where: { fingerprint: fingerprintOf(asked.blob ?? Buffer.alloc(0)) } }),
      lookAtJails("knast-web"),
    ]);
    const who = await whoByKey(row?.id ?? "");
    const { actor } = who ?? NOBODY;
    const his = jails.map((jail) => rowFor(actor, jail, holders)).find((jail) => jail?.name === asked.jail);
    if (!who || !row || !his?.rights.includes("shell") || !isSame(row.publicKey, asked.blob))
      throw new KnastError("unauthenticated");
    await limits.succeeded(one);
    return whoByKey(row.id, source);
  }).catch((error: unknown) => {
    if (error instanceof KnastError) return null; // the audit line has the reason; who was refused gets none
    throw error;
  });
}

const isSame = (stored: string, blob: Buffer | null): boolean =>
  blob !== null && Buffer.from(stored, "base64").equals(blob);
