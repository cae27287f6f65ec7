import { AddressesStep } from "@/components/host/addresses-step.tsx";
import { BaseForm } from "@/components/host/base-form.tsx";
import { BaseFacts } from "@/components/host/host-facts.tsx";
import { Layers } from "@/components/host/layers.tsx";
import { NewJailNeeds } from "@/components/host/new-jail-needs.tsx";
import { SetUpSteps } from "@/components/host/set-up-steps.tsx";
import { setUpProgress } from "@/components/host/set-up-progress.ts";
import { Page, Section } from "@/components/panel/page.tsx";
import { ButtonLink } from "@/components/ui/button.tsx";
import { Unreachable } from "@/components/panel/unreachable.tsx";
import { hostInfo } from "@/server/services/host/host-info.ts";
import { listJails } from "@/server/services/jails/list-jails.ts";
import { whenReachable } from "../../reach.ts";
import { requireAdmin } from "../../session.ts";
import { openUpload } from "../actions.ts";
import { configure, install } from "../host/actions.ts";

export default async function SetUpPage({ searchParams }: { searchParams: Promise<{ step?: string }> }) {
  const ctx = await requireAdmin();
  const [host, jails] = await Promise.all([whenReachable(hostInfo(ctx)), whenReachable(listJails(ctx))]);
  if (!host || !jails) return <Unreachable />;
  const { now, done } = setUpProgress(host, (await searchParams).step);
  const used = jails.flatMap((jail) => jail.addresses.map((address) => ({ address, by: jail.name })));
  return (
    <Page title="Set-up">
      <SetUpSteps now={now} done={done} />
      {now === "base" ? (
        <Section title="The base jail">
          <Layers base={host.base} />
          {host.base ? <BaseFacts base={host.base} /> : null}
          <BaseForm install={install} openUpload={openUpload} release={host.release} again={host.base !== null} />
          {host.base ? (
            <ButtonLink kind="primary" href="/set-up?step=addresses">
              Go on to the addresses
            </ButtonLink>
          ) : null}
        </Section>
      ) : null}
      {now === "addresses" ? (
        <Section title="Which addresses do you hand out?">
          <p className="max-w-prose text-ink-2">
            The form of a new jail proposes the next free one of these blocks and takes none from outside. An address
            that is in use, by a stopped jail too, is never given twice.
          </p>
          <AddressesStep host={host} used={used} configure={configure} />
        </Section>
      ) : null}
      {now === "jail" ? (
        <Section title="The first jail">
          <p className="max-w-prose text-ink-2">
            All is there: a base, and addresses. Now a jail, from a host name and a few switches; it takes about a
            minute.
          </p>
          <NewJailNeeds host={host} />
          {host.base ? (
            <ButtonLink kind="primary" href="/jails/new">
              {host.jails === 0 ? "Create the first jail" : "Create a jail"}
            </ButtonLink>
          ) : null}
        </Section>
      ) : null}
    </Page>
  );
}
