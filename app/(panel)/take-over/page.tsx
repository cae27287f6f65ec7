import { Page } from "@/components/panel/page.tsx";
import { Unreachable } from "@/components/panel/unreachable.tsx";
import { TakeOver } from "@/components/take-over/take-over.tsx";
import { findCandidates } from "@/server/services/take-over/find-candidates.ts";
import { whenReachable } from "../../reach.ts";
import { requireAdmin } from "../../session.ts";
import { plan, run } from "./actions.ts";

export default async function TakeOverPage() {
  const ctx = await requireAdmin();
  const candidates = await whenReachable(findCandidates(ctx));
  if (!candidates) return <Unreachable />;
  return (
    <Page
      title="Take over"
      wide
      lead="Jails that were made by hand, by rc.conf, ezjail, Bastille or iocage. Taken over, a jail has one file in /etc/jail.conf.d and is managed from here; it runs on meanwhile, and its old files are kept in /etc/knast-backup."
    >
      <TakeOver candidates={candidates} plan={plan} run={run} />
    </Page>
  );
}
