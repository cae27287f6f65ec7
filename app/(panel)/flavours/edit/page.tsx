import { EditFlavour } from "@/components/flavours/edit-flavour.tsx";
import { Page } from "@/components/panel/page.tsx";
import { Unreachable } from "@/components/panel/unreachable.tsx";
import { FlavourName } from "@/server/contract/flavour.ts";
import { showFlavour } from "@/server/services/flavours/show-flavour.ts";
import { orNotFound, whenReachable } from "../../../reach.ts";
import { requireAdmin } from "../../../session.ts";
import { save } from "../actions.ts";

/** `?of=NAME` edits one, a built-in one as a copy; without it a new one is made. */
export default async function EditFlavourPage({ searchParams }: { searchParams: Promise<{ of?: string }> }) {
  const ctx = await requireAdmin();
  const of = FlavourName.safeParse((await searchParams).of);
  const found = of.success ? await whenReachable(orNotFound(showFlavour(ctx, { name: of.data }))) : undefined;
  if (found === null) return <Unreachable />;
  const title = !found ? "New flavour" : found.builtIn ? `Copy of ${found.flavour.name}` : found.flavour.name;
  return (
    <Page title={title} wide>
      <EditFlavour key={title} flavour={found?.flavour ?? null} copy={found?.builtIn ?? false} save={save} />
    </Page>
  );
}
