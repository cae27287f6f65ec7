import { GrantRight, type GrantRights, PRESETS } from "../../contract/grants.ts";
import { ROOT } from "../../contract/shell-choice.ts";

type Tick = Exclude<GrantRight, "see">;
export type GrantColumns = Record<Tick, boolean> & { shellAs: string };

const TICKS = GrantRight.options.filter((right) => right !== "see");

/** @returns the columns of a grant or an invitation that hold these rights; without a shell nothing is said of its account */
export const grantColumns = (rights: readonly GrantRight[], shellAs: string = ROOT): GrantColumns => ({
  ...(Object.fromEntries(TICKS.map((tick) => [tick, rights.includes(tick)])) as Record<Tick, boolean>),
  shellAs: rights.includes("shell") ? shellAs : ROOT,
});

/** @returns the rights that a row holds, in the order of GrantRight */
export const grantRights = (row: Record<Tick, boolean>): GrantRights => ["see", ...TICKS.filter((tick) => row[tick])];

export const OWNER_COLUMNS = grantColumns(PRESETS.owner);
