import type { ReactNode } from "react";
import { ProveDialog } from "@/components/accounts/prove-dialog.tsx";
import { TogetherProvider } from "@/components/terminal/together-context.tsx";
import { PanelProvider } from "@/components/jails/panel-context.tsx";
import { FilesProvider } from "@/components/terminal/files/files-context.tsx";
import { Frame } from "@/components/panel/frame.tsx";
import { listJails } from "@/server/services/jails/list-jails.ts";
import { listTerminals } from "@/server/services/terminals/list-terminals.ts";
import { whenReachable } from "../reach.ts";
import { prove, waysToProve } from "../(auth)/second-factor/actions.ts";
import { requireActor } from "../session.ts";
import {
  closeShell,
  listShells,
  nameShell,
  openShell,
  restart,
  shellChoices,
  signOut,
  start,
  stop,
} from "./actions.ts";
import { admit, record, share, unshare } from "./shells/actions.ts";
import { cancelPut, give, look, place, put } from "./shell-files/actions.ts";

/** The session's gate: below it there is an actor. */
export default async function PanelLayout({ children }: { children: ReactNode }) {
  const ctx = await requireActor();
  const [rows, shells] = await Promise.all([whenReachable(listJails(ctx)), whenReachable(listTerminals(ctx))]);
  return (
    <PanelProvider
      me={{ name: ctx.actor.name, role: ctx.actor.role }}
      rows={rows ?? []}
      reachable={rows !== null}
      shells={shells}
      actions={{ start, stop, restart, openShell, shellChoices, nameShell, closeShell, listShells, signOut }}
    >
      <FilesProvider actions={{ place, put, cancelPut, look, give }}>
        <TogetherProvider actions={{ admit, record, share, unshare }}>
          <Frame>{children}</Frame>
        </TogetherProvider>
      </FilesProvider>
      <ProveDialog ways={waysToProve} prove={prove} />
    </PanelProvider>
  );
}
