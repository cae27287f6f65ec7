import { join } from "node:path";
import { z } from "zod";
import type { ArchivePlan } from "../../contract/archive-plan.ts";
import type { JailRef } from "../../contract/daemon.ts";
import { KnastError } from "../../contract/errors.ts";
import { AccountName, JailId } from "../../contract/names.ts";
import type { Daemon } from "../daemon.ts";
import { readText, writeAtomic } from "../host/disk.ts";
import { findJail } from "../jails/find-jail.ts";
import { SCHEDULE_ACTOR } from "../jobs/scheduler.ts";
import { beginArchive } from "./create-archive.ts";

/** The kind that the scheduler knows it by; its key is a jail's $knast_id. */
export const ARCHIVE_SCHEDULE = "archive";

/** By $knast_id, so that a jail made anew under the name has no plan. */
const Plans = z.record(JailId, z.strictObject({ keep: z.int().min(1), owners: z.array(AccountName) }));
type Plans = z.infer<typeof Plans>;

const pathOf = (daemon: Daemon): string => join(daemon.options.state, "archive-plans.json");

async function readPlans(daemon: Daemon): Promise<Plans> {
  const text = await readText(pathOf(daemon));
  return text === null ? {} : Plans.parse(JSON.parse(text));
}

/** @returns the jail's id: one that was made by hand has none, and nothing to remember it by. @throws KnastError not_found, foreign */
async function idOf(daemon: Daemon, ref: JailRef): Promise<string> {
  const { id } = await findJail(daemon, ref);
  if (id === null) throw new KnastError("foreign");
  return id;
}

/** jail.archive-plan. @throws KnastError not_found, foreign */
export async function showArchivePlan(daemon: Daemon, ref: JailRef): Promise<{ plan: ArchivePlan | null }> {
  const id = await idOf(daemon, ref);
  const schedule = daemon.scheduler.get(ARCHIVE_SCHEDULE, id);
  const kept = (await readPlans(daemon))[id];
  return { plan: schedule && kept ? { schedule, keep: kept.keep } : null };
}

/** jail.plan-archives: sets or ends what is archived by itself. @throws KnastError not_found, foreign, disk_full */
export async function planArchives(
  daemon: Daemon,
  { plan, owners, ...ref }: JailRef & { plan: ArchivePlan | null; owners: string[] },
): Promise<{ plan: ArchivePlan | null }> {
  const id = await idOf(daemon, ref);
  await daemon.edits.run(async () => {
    const { [id]: _old, ...others } = await readPlans(daemon);
    const plans = plan === null ? others : { ...others, [id]: { keep: plan.keep, owners } };
    await writeAtomic(pathOf(daemon), `${JSON.stringify(Plans.parse(plans), null, 2)}\n`);
  });
  await daemon.scheduler.set(ARCHIVE_SCHEDULE, id, plan?.schedule ?? null);
  return { plan };
}

/** What the scheduler calls: begins the archive of the jail that bears this id by now; one that is gone ends its plan. */
export async function archiveByPlan(daemon: Daemon, id: string): Promise<void> {
  const kept = (await readPlans(daemon))[id];
  const configured = await daemon.view.configuredNow();
  const jail = configured.find((one) => one.id === id);
  if (kept && jail) {
    const call = { actor: SCHEDULE_ACTOR, key: null };
    await beginArchive(daemon, { name: jail.name, id, owners: kept.owners }, call, kept.keep);
    return;
  }
  // A file that can't be read at the moment may be its own. The scheduler waits for this call, so its answer is not waited for.
  if (configured.every((one) => one.problem === null))
    daemon.scheduler
      .set(ARCHIVE_SCHEDULE, id, null)
      .catch((error: unknown) => daemon.log.error("schedule not removed", error, { id }));
}
