/** How long one waits after how many failures; pure, so that it can be read and tested as a table. */

/** Failures of an account without a wait. */
export const FREE = 5;
/** Failures in a row that are looked at at all (NIST SP 800-63B-4, 3.2.2), then strangers wait a day. */
export const MOST_IN_A_ROW = 100;
/** Up to so many failures of the account an address that has not failed there gets its first try at once. */
export const FRESH = 50;
/** Failures of an address without a quiet minute between. */
export const PER_SOURCE = 20;
export const SOURCE_MS = 60_000;
const LONGEST_MS = 15 * 60_000;
const DAY_MS = 24 * 3_600_000;

export type Kept = { failures: number; blockedUntil: Date | null; updatedAt: Date };
/** `until`: milliseconds of the moment from which the next try is looked at. */
export type Standing = { failures: number; until: number };

/** @returns what a row still counts for: nothing once its last counted try is older than `life` */
export function standing(row: Kept | undefined, now: number, life: number): Standing {
  // A clock that was set back must not lengthen a wait for ever.
  if (!row || now - row.updatedAt.getTime() >= life || row.updatedAt.getTime() - now > life)
    return { failures: 0, until: 0 };
  return { failures: row.failures, until: row.blockedUntil?.getTime() ?? 0 };
}

/** @returns milliseconds of pause that the n-th failure in a row brings: none for five, then 2, 4, 8 … s, 15 minutes, a day */
export function pauseAfter(failures: number): number {
  if (failures >= MOST_IN_A_ROW) return DAY_MS;
  return failures > FREE ? Math.min(2 ** (failures - FREE) * 1000, LONGEST_MS) : 0;
}

export const waitOf = ({ until }: Standing, now: number): number => Math.max(0, until - now);
