import type { ReactNode } from "react";
import { PanelProvider } from "@/components/jails/panel-context.tsx";
import { Frame } from "@/components/panel/frame.tsx";
import { listJails } from "@/server/services/jails/list-jails.ts";
import { listTerminals } from "@/server/services/terminals/list-terminals.ts";
import { whenReachable } from "../reach.ts";
import { requireActor } from "../session.ts";
import { closeShell, listShells, openShell, restart, signOut, start, stop } from "./actions.ts";

/** The session's gate: below it there is an actor. */
export default async function PanelLayout({ children }: { children: ReactNode }) {
  const ctx = await requireActor();
  const [rows, shells] = await Promise.all([whenReachable(listJails(ctx)), whenReachable(listTerminals(ctx))]);
  return (
    <PanelProvider
      me={{ name: ctx.actor.name, role: ctx.actor.role }}
      rows={rows ?? []}
      reachable={rows !== null}
      shells={shells ?? []}
      actions={{ start, stop, restart, openShell, closeShell, listShells, signOut }}
    >
      <Frame>{children}</Frame>
    </PanelProvider>
  );
}
