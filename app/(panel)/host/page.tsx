import { AddressTable } from "@/components/host/address-table.tsx";
import { BaseForm } from "@/components/host/base-form.tsx";
import { BaseFacts, HostFacts, RacctNotice } from "@/components/host/host-facts.tsx";
import { JailpingForm } from "@/components/host/jailping-form.tsx";
import { Layers } from "@/components/host/layers.tsx";
import { addressRows } from "@/components/host/pool-rows.ts";
import { PoolsForm } from "@/components/host/pools-form.tsx";
import { OwnerSettingsForm } from "@/components/people/owner-settings.tsx";
import { Page, Section } from "@/components/panel/page.tsx";
import { Unreachable } from "@/components/panel/unreachable.tsx";
import { hostInfo } from "@/server/services/host/host-info.ts";
import { jailpingInfo } from "@/server/services/jailping/jailping-info.ts";
import { openToOwners } from "@/server/services/jails/change-settings.ts";
import { listJails } from "@/server/services/jails/list-jails.ts";
import { whenReachable } from "../../reach.ts";
import { requireAdmin } from "../../session.ts";
import { openUpload } from "../actions.ts";
import { configure, install, openSettings, pingForJails } from "./actions.ts";

export default async function HostPage() {
  const ctx = await requireAdmin();
  const [host, jails, jailping, owners] = await Promise.all([
    whenReachable(hostInfo(ctx)),
    whenReachable(listJails(ctx)),
    whenReachable(jailpingInfo(ctx)),
    openToOwners(),
  ]);
  if (!host || !jails || !jailping) return <Unreachable />;
  const used = jails.flatMap((jail) => jail.addresses.map((address) => ({ address, by: jail.name })));
  return (
    <Page title="Host">
      {host.racct ? null : <RacctNotice />}
      <HostFacts host={host} />
      <Section title="Addresses to hand out">
        <PoolsForm host={host} used={used} configure={configure} />
      </Section>
      <Section title="Who has which address">
        <AddressTable rows={addressRows(host.interfaces, used, host.pools)} />
      </Section>
      <Section title="Ping for jails">
        <JailpingForm first={jailping} configure={pingForJails} />
      </Section>
      <Section title="What owners change themselves">
        <OwnerSettingsForm {...owners} save={openSettings} />
      </Section>
      <Section title="Base jail">
        <Layers base={host.base} />
        {host.base ? <BaseFacts base={host.base} /> : <p className="text-warn">◐ There is none yet.</p>}
        <BaseForm install={install} openUpload={openUpload} release={host.release} again={host.base !== null} />
      </Section>
    </Page>
  );
}
