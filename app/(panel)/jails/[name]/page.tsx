import { JailRoom } from "@/components/jails/jail-room.tsx";
import { Unreachable } from "@/components/panel/unreachable.tsx";
import { listAccounts } from "@/server/services/accounts/list-accounts.ts";
import { showJail } from "@/server/services/jails/show-jail.ts";
import { cancel } from "../../actions.ts";
import { archive, archivePlan, archives, clone, planArchives, removeArchive, verify } from "../../archives/actions.ts";
import { orNotFound, whenReachable } from "../../../reach.ts";
import { requireActor } from "../../../session.ts";
import {
  audit,
  configure,
  grant,
  invite,
  mounts,
  people,
  planSettings,
  removeSnapshot,
  revoke,
  rollBack,
  setMounts,
  settings,
  snapshots,
  take,
  takeSnapshot,
} from "./actions.ts";
import { recordings, removeRecording } from "../../shells/actions.ts";
import { cleanPorts, destroy, limit, limits, processes, signal } from "../actions.ts";

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
      actions={{
        processes,
        signal,
        destroy,
        cleanPorts,
        recordings: { list: recordings, remove: removeRecording },
        limits: { show: limits, set: limit },
        audit,
        people: { list: people, set: grant, take, invite, revoke },
        mounts: { show: mounts, set: setMounts },
        archives: {
          list: archives,
          plan: archivePlan,
          setPlan: planArchives,
          create: archive,
          verify,
          remove: removeArchive,
          clone,
          cancel,
        },
        snapshots: { list: snapshots, take: takeSnapshot, remove: removeSnapshot, rollBack },
        settings: { read: settings, plan: planSettings, configure },
      }}
    />
  );
}
