import type { Transaction } from "../db.ts";
import { notify } from "../notices/notify.ts";

/** Tells a person what has become of his second factor, so that a change which was not his does not go unseen. */
export const tellChanged = (account: string, what: string, on?: Transaction): Promise<void> =>
  notify({ accounts: [account], kind: "second-factor-changed", facts: { what } }, on);
