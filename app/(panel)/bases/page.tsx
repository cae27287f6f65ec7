import { BaseTable } from "@/components/bases/base-table.tsx";
import { BaseForm } from "@/components/host/base-form.tsx";
import { Page, Section } from "@/components/panel/page.tsx";
import { Unreachable } from "@/components/panel/unreachable.tsx";
import { listBases } from "@/server/services/bases/list-bases.ts";
import { hostInfo } from "@/server/services/host/host-info.ts";
import { whenReachable } from "../../reach.ts";
import { requireAdmin } from "../../session.ts";
import { cancel, openUpload } from "../actions.ts";
import { install } from "../host/actions.ts";
import { remove } from "./actions.ts";

export default async function BasesPage() {
  const ctx = await requireAdmin();
  const found = await whenReachable(Promise.all([hostInfo(ctx), listBases(ctx)]));
  if (!found) return <Unreachable />;
  const [host, bases] = found;
  return (
    <Page
      title="Bases"
      lead="Worlds that jails share, mounted read-only at their /basejail. Several may stand side by side, so that jails go to a new one one by one."
      wide
    >
      <BaseTable bases={bases} remove={remove} />
      <Section title="Another base">
        <BaseForm install={install} openUpload={openUpload} cancel={cancel} release={host.release} named />
      </Section>
    </Page>
  );
}
