import { BaseForm } from "@/components/host/base-form.tsx";
import { BaseFacts, HostFacts, RacctNotice } from "@/components/host/host-facts.tsx";
import { Layers } from "@/components/host/layers.tsx";
import { PoolsForm } from "@/components/host/pools-form.tsx";
import { Page, Section } from "@/components/panel/page.tsx";
import { Unreachable } from "@/components/panel/unreachable.tsx";
import { hostInfo } from "@/server/services/host/host-info.ts";
import { listJails } from "@/server/services/jails/list-jails.ts";
import { whenReachable } from "../../reach.ts";
import { requireAdmin } from "../../session.ts";
import { configure, install } from "./actions.ts";

export default async function HostPage() {
  const ctx = await requireAdmin();
  const [host, jails] = await Promise.all([whenReachable(hostInfo(ctx)), whenReachable(listJails(ctx))]);
  if (!host || !jails) return <Unreachable />;
  const used = jails.flatMap((jail) => jail.addresses.map((address) => ({ address, by: jail.name })));
  return (
    <Page title="Host">
      {host.racct ? null : <RacctNotice />}
      <HostFacts host={host} />
      <Section title="Addresses to hand out">
        <PoolsForm host={host} used={used} configure={configure} />
      </Section>
      <Section title="Base jail">
        <Layers base={host.base} />
        {host.base ? <BaseFacts base={host.base} /> : <p className="text-warn">◐ There is none yet.</p>}
        <BaseForm install={install} release={host.release} again={host.base !== null} />
      </Section>
    </Page>
  );
}
