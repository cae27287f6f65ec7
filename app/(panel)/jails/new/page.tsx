import { CreateJail } from "@/components/jails/create-jail.tsx";
import { Page } from "@/components/panel/page.tsx";
import { Unreachable } from "@/components/panel/unreachable.tsx";
import { NewJailNeeds } from "@/components/host/new-jail-needs.tsx";
import { listAccounts } from "@/server/services/accounts/list-accounts.ts";
import { listBases } from "@/server/services/bases/list-bases.ts";
import { listFlavours } from "@/server/services/flavours/list-flavours.ts";
import { hostInfo } from "@/server/services/host/host-info.ts";
import { listJails } from "@/server/services/jails/list-jails.ts";
import { mountSources } from "@/server/services/mounts/mount-sources.ts";
import { whenReachable } from "../../../reach.ts";
import { requireAdmin } from "../../../session.ts";
import { create, plan } from "../actions.ts";

export default async function NewJailPage() {
  const ctx = await requireAdmin();
  const [host, found, accounts] = await Promise.all([
    whenReachable(hostInfo(ctx)),
    whenReachable(Promise.all([listFlavours(ctx), mountSources(ctx), listJails(ctx), listBases(ctx)])),
    listAccounts(ctx),
  ]);
  if (!host || !found) return <Unreachable />;
  const [flavours, sources, rows, bases] = found;
  const friends = accounts.filter((account) => account.role === "friend").map(({ id, name }) => ({ id, name }));
  const offers = {
    friends,
    flavours,
    sources,
    jails: rows.map((row) => row.name),
    bases: bases.map((base) => base.name),
  };
  return (
    <Page title="New jail" wide>
      <NewJailNeeds host={host} />
      {host.base ? <CreateJail host={host} offers={offers} plan={plan} create={create} /> : null}
    </Page>
  );
}
