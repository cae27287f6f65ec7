import type { Reach } from "../../contract/panel.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import { findAccount } from "../accounts/find-account.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";
import { invitationsOf } from "../invitations/list-invitations.ts";
import { lookAtJails, rowFor } from "../jails/look-at-jails.ts";
import { shellAsOf } from "../terminals/shell-as.ts";

/** What somebody can reach: his jails with his rights, his open shells, and what he has passed on. Admin only. @throws KnastError not_found */
export async function reachOf(ctx: Ctx, form: { account: string }): Promise<Reach> {
  assertAdmin(ctx);
  const { id, name, role, endsAt } = await findAccount(form.account);
  const [{ jails, holders }, { terminals }, invitations] = await Promise.all([
    lookAtJails(ctx.actor.name),
    call("terminal.list", {}, { actor: ctx.actor.name }),
    invitationsOf(id),
  ]);
  const as = { id, name, role, session: "" };
  return {
    account: { id, name },
    role,
    endsAt: endsAt?.toISOString() ?? null,
    jails: jails.flatMap((jail) => {
      const row = rowFor(as, jail, holders);
      if (!row) return [];
      const all = (jail.id && holders.get(jail.id)) || [];
      const holder = all.find((one) => one.id === id);
      return [
        {
          name: jail.name,
          state: jail.state,
          addresses: jail.addresses,
          rights: row.rights,
          shellAs: shellAsOf(as, jail, holders),
          endsAt: holder?.endsAt ?? null,
          through: holder?.through ?? null,
          shells: terminals.filter((one) => one.actor === name && one.jail === jail.name).length,
          passedOn: all.filter((one) => one.through?.id === id).map((one) => one.name),
        },
      ];
    }),
    invitations,
  };
}
