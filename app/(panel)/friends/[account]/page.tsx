import { AccountControls } from "@/components/people/account-controls.tsx";
import { ReachTable } from "@/components/people/reach-table.tsx";
import { Page, Section } from "@/components/panel/page.tsx";
import { Unreachable } from "@/components/panel/unreachable.tsx";
import { reachOf } from "@/server/services/grants/reach-of.ts";
import { orNotFound, whenReachable } from "../../../reach.ts";
import { requireAdmin } from "../../../session.ts";
import { end, role } from "../actions.ts";

export default async function ReachPage({ params }: { params: Promise<{ account: string }> }) {
  const ctx = await requireAdmin();
  const reach = await whenReachable(orNotFound(reachOf(ctx, { account: decodeURIComponent((await params).account) })));
  if (!reach) return <Unreachable />;
  return (
    <Page
      title={`What ${reach.account.name} can reach`}
      lead={
        reach.role === "admin"
          ? "An admin reaches every jail and everything on this panel."
          : "These jails and nothing else of this host. In a jail with a shell he is root."
      }
    >
      <ReachTable reach={reach} />
      {reach.account.id === ctx.actor.id ? null : (
        <Section title="The account">
          <AccountControls key={`${reach.endsAt} ${reach.role}`} reach={reach} setEnd={end} setRole={role} />
        </Section>
      )}
    </Page>
  );
}
