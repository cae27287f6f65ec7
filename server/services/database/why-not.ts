import { isAway } from "./away.ts";
import { postgresPlace } from "./postgres-place.ts";
import { isPostgres } from "./which-database.ts";

/** Why a database can't be used, in a sentence without its password. `later`: trying again may help. */
export type WhyNot = { sentence: string; later: boolean };

/** What PostgreSQL says when it answers and refuses, by its codes. */
const REFUSALS: Record<string, string> = {
  "28P01": "does not take this name and password",
  "28000": "does not let this account in: look at its pg_hba.conf",
  "3D000": "is not there: make it with createdb",
  "42501": "does not let this account make its tables",
  "0A000": "can't do what the panel needs",
};

/** @returns why `database` could not be opened or migrated */
export function whyNot(database: string, error: unknown): WhyNot {
  const { code, message } = error as { code?: string; message?: string };
  if (!isPostgres(database) || error instanceof RangeError)
    return { sentence: `The database can't be used: ${message}`, later: false };
  const { words } = postgresPlace(database);
  const refusal = REFUSALS[code ?? ""];
  if (refusal) return { sentence: `The database ${words} ${refusal}.`, later: false };
  if (isAway(error)) return { sentence: `The database ${words} can't be reached (${code ?? message}).`, later: true };
  return { sentence: `The database ${words} can't be used: ${message}`, later: false };
}
