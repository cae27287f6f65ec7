import { ShowShell } from "@/components/jails/own-shells.tsx";
import { Unreachable } from "@/components/panel/unreachable.tsx";
import { findTerminal } from "@/server/services/terminals/find-terminal.ts";
import { orNotFound, whenReachable } from "../../../../../reach.ts";
import { requireActor } from "../../../../../session.ts";
import JailPage from "../../page.tsx";

type Params = Promise<{ name: string; terminal: string }>;

/** A link to a shell: its jail's page, with the shell in the dock. One of somebody else is as absent as one that is not there. */
export default async function ShellPage({ params }: { params: Params }) {
  const ctx = await requireActor();
  const { name, terminal } = await params;
  const shell = await whenReachable(orNotFound(findTerminal(ctx, { name: decodeURIComponent(name), terminal })));
  if (!shell) return <Unreachable />;
  return (
    <>
      <ShowShell shell={shell} />
      <JailPage params={params} />
    </>
  );
}
