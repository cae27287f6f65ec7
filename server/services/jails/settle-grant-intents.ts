import { KnastError } from "../../contract/errors.ts";
import type { JailSummary } from "../../contract/jail.ts";
import type { Job } from "../../contract/job.ts";
import { call } from "../daemon.ts";
import { db } from "../db.ts";
import { OWNER_COLUMNS } from "../grants/grant-columns.ts";

const ACTOR = "knast-web";
/** An intent without a job older than this was cut off before the daemon heard of it. */
const ORPHAN_MS = 60_000;

/**
 * Turns the intents of finished jail.create jobs into grants and drops those of failed ones. It runs at each look at the
 * jails, so a knast-web that died while a jail was being made settles it when it is back.
 * @param jails as the daemon has just listed them
 */
export async function settleGrantIntents(jails: JailSummary[]): Promise<void> {
  for (const intent of await db().grantIntent.findMany()) {
    const job = await jobOf(intent);
    if (job === "unknown" || (job && job.state === "running")) continue;
    const jail = job?.state === "done" ? jails.find((each) => each.name === intent.jailName) : undefined;
    // Done but not listed yet: the daemon's list may be a second old.
    if (job?.state === "done" && !jail && Date.now() - Date.parse(job.endedAt ?? job.startedAt) < ORPHAN_MS) continue;
    const key = jail?.id ? { accountId: intent.accountId, jailId: jail.id } : null;
    await db().$transaction(async (on) => {
      // Another look may have settled it meanwhile, and the grant may have been taken since.
      const { count } = await on.grantIntent.deleteMany({ where: { id: intent.id } });
      if (count === 0 || !key) return;
      await on.grant.upsert({
        where: { accountId_jailId: key },
        create: { ...key, jailName: intent.jailName, ...OWNER_COLUMNS },
        update: {},
      });
    });
  }
}

type Intent = { id: string; jailName: string; jobId: string | null; createdAt: Date };

/** @returns the intent's job, null when there is none or a later one has replaced its jail, "unknown" when that can't be said yet */
async function jobOf(intent: Intent): Promise<Job | null | "unknown"> {
  const { jobs } = await call("job.list", { jail: intent.jailName }, { actor: ACTOR });
  const makers = jobs
    .filter((job) => job.verb === "jail.create" || job.verb === "jail.destroy")
    .sort((a, b) => a.startedAt.localeCompare(b.startedAt));
  const own = intent.jobId
    ? makers.find((job) => job.id === intent.jobId)
    : makers.find((job) => job.verb === "jail.create" && Date.parse(job.startedAt) >= intent.createdAt.getTime());
  if (!own) return Date.now() - intent.createdAt.getTime() < ORPHAN_MS ? "unknown" : null;
  const later = makers.slice(makers.indexOf(own) + 1).some((job) => job.state !== "failed");
  return later ? null : own;
}

/** Notes who shall get a jail that is about to be made, asks for it, and notes the job. @throws KnastError of `ask` */
export async function withGrantIntent<T extends { job: string }>(
  intent: { id: string; accountId: string; jailName: string },
  ask: () => Promise<T>,
): Promise<T> {
  // It is there already when a call under its key is made again after it was cut off.
  await db().grantIntent.upsert({ where: { id: intent.id }, create: intent, update: {} });
  try {
    const reference = await ask();
    await db().grantIntent.updateMany({ where: { id: intent.id }, data: { jobId: reference.job } });
    return reference;
  } catch (error) {
    // A daemon that went away in the middle may have begun: then the intent waits for a look at its jobs.
    if (!(error instanceof KnastError) || error.code !== "unavailable")
      await db().grantIntent.deleteMany({ where: { id: intent.id } });
    throw error;
  }
}
