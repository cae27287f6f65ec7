import { ShellsPage } from "@/components/jails/own-shells.tsx";
import { Unreachable } from "@/components/panel/unreachable.tsx";
import { listTerminals } from "@/server/services/terminals/list-terminals.ts";
import { whenReachable } from "../../reach.ts";
import { requireActor } from "../../session.ts";

export default async function ShellsListPage() {
  const ctx = await requireActor();
  const shells = await whenReachable(listTerminals(ctx));
  return shells ? <ShellsPage first={shells} /> : <Unreachable />;
}
