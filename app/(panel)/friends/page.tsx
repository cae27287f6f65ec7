import { Friends } from "@/components/friends/friends.tsx";
import { Page } from "@/components/panel/page.tsx";
import { listAccounts } from "@/server/services/accounts/list-accounts.ts";
import { listJails } from "@/server/services/jails/list-jails.ts";
import { whenReachable } from "../../reach.ts";
import { requireAdmin } from "../../session.ts";
import { assign, create, disable, enable, newLink, remove, unassign } from "./actions.ts";

export default async function FriendsPage() {
  const ctx = await requireAdmin();
  const [accounts, rows] = await Promise.all([listAccounts(ctx), whenReachable(listJails(ctx))]);
  const jails = (rows ?? []).filter((row) => row.id !== null).map((row) => row.name);
  return (
    <Page title="Friends" lead="A friend signs in, sees his jails and nothing else, and is root in them.">
      <Friends
        accounts={accounts}
        jails={jails}
        me={ctx.actor.name}
        actions={{ create, newLink, disable, enable, remove, assign, unassign }}
      />
    </Page>
  );
}
