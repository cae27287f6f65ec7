import { notFound } from "next/navigation";
import { MoveForm } from "@/components/bases/move-form.tsx";
import { PlannedWork } from "@/components/bases/planned-work.tsx";
import { UpdateForm } from "@/components/bases/update-form.tsx";
import { UserList } from "@/components/bases/user-list.tsx";
import { Page, Section } from "@/components/panel/page.tsx";
import { Unreachable } from "@/components/panel/unreachable.tsx";
import { listBases } from "@/server/services/bases/list-bases.ts";
import { listPlannedWork } from "@/server/services/bases/plan-work.ts";
import { whenReachable } from "../../../../reach.ts";
import { requireAdmin } from "../../../../session.ts";
import { cancel } from "../../../actions.ts";
import { move, plan, takeBack, update } from "../../actions.ts";

export default async function UpdatePage({ params }: { params: Promise<{ name: string }> }) {
  const ctx = await requireAdmin();
  const name = decodeURIComponent((await params).name);
  const bases = await whenReachable(listBases(ctx));
  if (!bases) return <Unreachable />;
  const base = bases.find((one) => one.name === name);
  if (!base) notFound();
  const planned = await listPlannedWork(ctx, name);
  const names = bases.map((one) => one.name);
  return (
    <Page
      title={`Update ${name}`}
      lead="Patches go into a copy beside the base, and jails are moved to it one by one. Until then they keep what they have, and a failed update changes nothing."
    >
      <Section title="Who stands on it">
        <UserList users={base.users} />
      </Section>
      <Section title="Say it beforehand">
        <PlannedWork base={name} planned={planned} plan={plan} takeBack={takeBack} />
      </Section>
      <Section title="1. Patches for a copy">
        <UpdateForm base={base} names={names} update={update} cancel={cancel} />
      </Section>
      <Section title="2. Move jails to another base">
        <MoveForm base={base} others={names.filter((one) => one !== name)} move={move} />
      </Section>
    </Page>
  );
}
