import { ShellsPage } from "@/components/jails/own-shells.tsx";
import { Unreachable } from "@/components/panel/unreachable.tsx";
import { listTerminals } from "@/server/services/terminals/list-terminals.ts";
import { listOthersShells } from "@/server/services/terminals/others-shells.ts";
import { whenReachable } from "../../reach.ts";
import { requireActor } from "../../session.ts";
import { endOther } from "./actions.ts";

export default async function ShellsListPage() {
  const ctx = await requireActor();
  const shells = await whenReachable(listTerminals(ctx));
  if (!shells) return <Unreachable />;
  const others = ctx.actor.role === "admin" ? await listOthersShells(ctx) : null;
  return <ShellsPage first={shells} others={others && { shells: others, end: endOther }} />;
}
