import type { z } from "zod";
import { KnastError } from "../../contract/errors.ts";
import type { Account, CreateFriendForm, OneTimeLink } from "../../contract/panel.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { grantColumns } from "../grants/grant-columns.ts";
import { getJailFor } from "../jails/get-jail-for.ts";
import { assertAdmin } from "./assert-admin.ts";
import { listAccounts } from "./list-accounts.ts";
import { makeLink } from "./one-time-links.ts";

/**
 * Makes an account without a password and the link by which the friend sets one.
 * @throws KnastError exists (at the field name), not_found for a jail
 */
export function createFriend(
  ctx: Ctx,
  form: z.output<typeof CreateFriendForm>,
): Promise<{ account: Account; link: OneTimeLink }> {
  return audited(ctx, "account.create", { account: form.name }, async () => {
    assertAdmin(ctx);
    const grants = [];
    for (const name of new Set(form.jails)) {
      const jail = await getJailFor(ctx, name, "see");
      if (!jail.id) throw new KnastError("foreign");
      grants.push({ jailId: jail.id, jailName: jail.name, grantedById: ctx.actor.id, ...grantColumns(form.rights) });
    }
    const data = { name: form.name, role: "friend", grants: { create: grants } } as const;
    const { id } = await db()
      .account.create({ data })
      .catch((cause: { code?: string }) => {
        if (cause.code !== "P2002") throw cause;
        const message = "There is an account of this name already.";
        throw new KnastError("exists", { message, problems: [{ field: "name", code: "exists", message }] });
      });
    const account = (await listAccounts(ctx)).find((each) => each.id === id)!;
    return { account, link: await makeLink({ kind: "password", account: id }, ctx.origin) };
  });
}
