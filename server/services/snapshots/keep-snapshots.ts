import type { JobRef } from "../../contract/job.ts";
import type { JailSnapshots, RollBackForm, SnapshotForm } from "../../contract/snapshot.ts";
import { assertProved } from "../accounts/prove.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { askedBy, call } from "../daemon.ts";
import { getJailFor } from "../jails/get-jail-for.ts";

/** What there is of a jail to go back to. @throws KnastError not_found, forbidden */
export async function listSnapshots(ctx: Ctx, form: { name: string }): Promise<JailSnapshots> {
  return call("jail.snapshots", await jailOf(ctx, form.name), { actor: ctx.actor.name });
}

/** @throws KnastError not_found, no_dataset, exists, too_many, disk_full, busy */
export function takeSnapshot(ctx: Ctx, { name, snapshot }: SnapshotForm): Promise<JailSnapshots> {
  return audited(ctx, "snapshot.take", { jail: name }, async () =>
    call("snapshot.take", { ...(await jailOf(ctx, name)), snapshot }, { actor: ctx.actor.name }),
  );
}

/** @throws KnastError not_found, no_dataset, has_clones, busy */
export function removeSnapshot(ctx: Ctx, { name, snapshot }: SnapshotForm): Promise<JailSnapshots> {
  return audited(ctx, "snapshot.remove", { jail: name }, async () =>
    call("snapshot.remove", { ...(await jailOf(ctx, name)), snapshot }, { actor: ctx.actor.name }),
  );
}

/** Puts a stopped jail's tree back. @throws KnastError prove_first, not_found, no_dataset, running, later_snapshots, has_clones, busy */
export function rollBack(ctx: Ctx, { name, snapshot, discardLater }: RollBackForm): Promise<JobRef> {
  return audited(ctx, "snapshot.rollback", { jail: name }, async () => {
    const jail = await jailOf(ctx, name);
    await assertProved(ctx);
    return call("snapshot.rollback", { ...jail, snapshot, discardLater }, askedBy(ctx));
  });
}

/** Who may stop a jail may also say what it was: both are its owner's affair. */
async function jailOf(ctx: Ctx, name: string): Promise<{ name: string; id?: string }> {
  const jail = await getJailFor(ctx, name, "power");
  return { name: jail.name, ...(jail.id ? { id: jail.id } : {}) };
}
