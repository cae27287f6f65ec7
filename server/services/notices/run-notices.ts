import { KnastError } from "../../contract/errors.ts";
import { db } from "../db.ts";
import { Deliveries } from "./deliver.ts";
import { watchHost } from "./watch-host.ts";
import { watchLimits } from "./watch-limits.ts";

const HOST_MS = 5000;
const LIMITS_MS = 60_000;
const DELIVER_MS = 2000;
const PRUNE_MS = 3_600_000;
const KEPT_MS = 90 * 24 * 3_600_000;
/** Notices that one person keeps. */
const KEPT = 500;

/** Watches the host, sends what is due, forgets what is old, until it is stopped. @returns stops it, at once */
export function runNotices(): () => void {
  const deliveries = new Deliveries();
  const stops = [
    every(HOST_MS, watchHost),
    every(LIMITS_MS, watchLimits),
    every(DELIVER_MS, () => deliveries.begin()),
    every(PRUNE_MS, pruneNotices),
  ];
  return () => stops.forEach((stop) => stop());
}

function every(ms: number, work: () => Promise<unknown>): () => void {
  let stopped = false;
  let timer: NodeJS.Timeout;
  const turn = async () => {
    try {
      await work();
    } catch (error) {
      // A daemon that is away is said elsewhere, every second.
      if (!stopped && !(error instanceof KnastError && error.code === "unavailable")) console.error("notices", error);
    }
    if (!stopped) timer = setTimeout(() => void turn(), ms);
  };
  timer = setTimeout(() => void turn(), ms);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

/** Forgets notices older than 90 days, and of each person all but the newest 500. */
export async function pruneNotices(now = Date.now(), kept = KEPT): Promise<void> {
  await db().notice.deleteMany({ where: { createdAt: { lt: new Date(now - KEPT_MS) } } });
  const many = await db().notice.groupBy({
    by: ["accountId"],
    _count: true,
    having: { accountId: { _count: { gt: kept } } },
  });
  for (const { accountId } of many) {
    const order = [{ createdAt: "desc" as const }, { id: "desc" as const }];
    const old = await db().notice.findMany({ where: { accountId }, orderBy: order, skip: kept, select: { id: true } });
    for (let i = 0; i < old.length; i += 500)
      await db().notice.deleteMany({ where: { id: { in: old.slice(i, i + 500).map(({ id }) => id) } } });
  }
}
