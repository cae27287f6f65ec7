import { Unreachable } from "@/components/panel/unreachable.tsx";
import { JoinShell } from "@/components/terminal/join-shell.tsx";
import { lookAtShare } from "@/server/services/terminals/join-terminal.ts";
import { whenReachable } from "../../../../reach.ts";
import { requireActor } from "../../../../session.ts";
import { knock, lookAtLink } from "../../actions.ts";

export default async function TogetherPage({ params }: { params: Promise<{ token: string }> }) {
  const ctx = await requireActor();
  const { token } = await params;
  const first = await whenReachable(lookAtShare(ctx, { token }).then((invited) => ({ invited })));
  if (!first) return <Unreachable />;
  return <JoinShell token={token} first={first.invited} actions={{ look: lookAtLink, knock }} />;
}
