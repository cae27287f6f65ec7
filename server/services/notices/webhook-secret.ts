import { seal, unseal } from "../seal.ts";

const PURPOSE = "webhook";

/** As it stands in the database: a copy of that alone signs nothing in the panel's name. */
export const sealWebhook = (account: string, secret: string): string => seal(PURPOSE, account, secret);
/** @returns null when it was sealed for another account, with another panel's secret, or was touched */
export const unsealWebhook = (account: string, sealed: string): string | null => unseal(PURPOSE, account, sealed);
