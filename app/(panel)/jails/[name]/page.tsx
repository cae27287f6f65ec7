import { JailRoom } from "@/components/jails/jail-room.tsx";
import { Unreachable } from "@/components/panel/unreachable.tsx";
import { listAccounts } from "@/server/services/accounts/list-accounts.ts";
import { showJail } from "@/server/services/jails/show-jail.ts";
import { orNotFound, whenReachable } from "../../../reach.ts";
import { requireActor } from "../../../session.ts";
import { assign, destroy, processes, unassign } from "../actions.ts";

export default async function JailPage({ params }: { params: Promise<{ name: string }> }) {
  const ctx = await requireActor();
  const name = decodeURIComponent((await params).name);
  const room = await whenReachable(orNotFound(showJail(ctx, { name })));
  if (!room) return <Unreachable />;
  const accounts = ctx.actor.role === "admin" ? await listAccounts(ctx) : [];
  const friends = accounts.filter((account) => account.role === "friend").map(({ id, name }) => ({ id, name }));
  return (
    <JailRoom
      key={room.id ?? room.name}
      room={room}
      friends={friends}
      actions={{ processes, destroy, assign, unassign }}
    />
  );
}
