import { Flavours } from "@/components/flavours/flavours.tsx";
import { Page } from "@/components/panel/page.tsx";
import { Unreachable } from "@/components/panel/unreachable.tsx";
import { listFlavours } from "@/server/services/flavours/list-flavours.ts";
import { hostInfo } from "@/server/services/host/host-info.ts";
import { whenReachable } from "../../reach.ts";
import { requireAdmin } from "../../session.ts";
import { remove } from "./actions.ts";

export default async function FlavoursPage() {
  const ctx = await requireAdmin();
  const found = await whenReachable(Promise.all([listFlavours(ctx), hostInfo(ctx)]));
  if (!found) return <Unreachable />;
  const [flavours, host] = found;
  return (
    <Page
      title="Flavours"
      lead="Files and settings that are laid over the skeleton of a new jail, and a script that runs in it once. Jails that exist are never touched."
    >
      <Flavours flavours={flavours} directory={`${host.jailsDir}/flavours`} remove={remove} />
    </Page>
  );
}
