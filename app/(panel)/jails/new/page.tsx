import { CreateJail } from "@/components/jails/create-jail.tsx";
import { Page } from "@/components/panel/page.tsx";
import { Unreachable } from "@/components/panel/unreachable.tsx";
import { NewJailNeeds } from "@/components/host/new-jail-needs.tsx";
import { listAccounts } from "@/server/services/accounts/list-accounts.ts";
import { hostInfo } from "@/server/services/host/host-info.ts";
import { whenReachable } from "../../../reach.ts";
import { requireAdmin } from "../../../session.ts";
import { create, plan } from "../actions.ts";

export default async function NewJailPage() {
  const ctx = await requireAdmin();
  const [host, accounts] = await Promise.all([whenReachable(hostInfo(ctx)), listAccounts(ctx)]);
  if (!host) return <Unreachable />;
  const friends = accounts.filter((account) => account.role === "friend").map(({ id, name }) => ({ id, name }));
  return (
    <Page title="New jail" wide>
      <NewJailNeeds host={host} />
      {host.base ? <CreateJail host={host} friends={friends} plan={plan} create={create} /> : null}
    </Page>
  );
}
