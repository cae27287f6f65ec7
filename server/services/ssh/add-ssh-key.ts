import type { z } from "zod";
import { KnastError } from "../../contract/errors.ts";
import { type AccountSshKey, type AddSshKeyForm, SSH_KEYS_MAX } from "../../contract/ssh.ts";
import { assertProved } from "../accounts/prove.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { db, type Transaction } from "../db.ts";
import { notify } from "../notices/notify.ts";
import { listSshKeys } from "./list-ssh-keys.ts";
import { parsePublicKey, type PublicKey } from "./parse-public-key.ts";

const taken = (message: string) =>
  new KnastError("invalid", { message, problems: [{ field: "key", code: "invalid", message }] });

/**
 * Adds a public key to the actor's own account. Only who signed in may: it outlives the session, and a token that could add keys
 * would outlive its own end. A key that ended with the account's sessions may be added anew.
 * @throws KnastError forbidden for a token; prove_first; too_many; invalid, in the same words whoever has the key already
 */
export function addSshKey(ctx: Ctx, form: z.output<typeof AddSshKeyForm>): Promise<AccountSshKey> {
  return audited(ctx, "ssh-key.add", {}, async () => {
    if (ctx.actor.scope) throw new KnastError("forbidden");
    await assertProved(ctx);
    const key = parsePublicKey(form.key);
    const name = form.name || key.comment.slice(0, 60) || key.type;
    const id = await db().$transaction((on) => put(on, ctx, name, key));
    const added = (await listSshKeys(ctx)).find((each) => each.id === id);
    if (!added) throw new KnastError("internal", { cause: new Error("a new key is not listed") });
    return added;
  });
}

async function put(on: Transaction, { actor, source }: Ctx, name: string, key: PublicKey): Promise<string> {
  const accountId = actor.id;
  const { sessionVersion: version } = await on.account.findUniqueOrThrow({ where: { id: accountId } });
  const { type, fingerprint } = key;
  const there = await on.sshKey.findUnique({ where: { fingerprint } });
  if (there && there.accountId !== accountId)
    throw taken("This key can't be used here. Make another one for this panel.");
  if (there && there.version === version) throw taken(`You have this key already: ${there.name}.`);
  if (there) await on.sshKey.delete({ where: { id: there.id } });
  if ((await on.sshKey.count({ where: { accountId } })) >= SSH_KEYS_MAX)
    throw new KnastError("too_many", { message: `You have ${SSH_KEYS_MAX} keys. Remove one first.` });
  const data = { accountId, name, type, fingerprint, publicKey: key.blob.toString("base64"), version };
  const { id } = await on.sshKey.create({ data });
  await notify({ accounts: [accountId], kind: "ssh-keys-changed", facts: { added: name, fingerprint, source } }, on);
  return id;
}
