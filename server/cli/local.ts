import { run as database } from "./database.ts";
import { run as audit } from "./audit.ts";
import { run as resetPassword } from "./reset-password.ts";
import { run as unlock } from "./unlock.ts";

// The bundle is one file, and `knast database` starts it once more for this part.
export { work } from "./database-work.ts";

/** A command for root or the panel's account on the host itself, past the API; it reads its own arguments. @returns the exit status */
export type LocalCommand = { usage: string; summary: string; run(args: string[]): Promise<number> };

/** What works on the panel's host only: one line each. Bundled apart, as it brings the database along. */
export const LOCAL: Record<string, LocalCommand> = {
  audit: {
    usage:
      "audit verify | audit export [--jail NAME] [--who NAME] [--what VERB] [--result WORD] [--from DAY] [--to DAY]",
    summary: "Whether the audit trail is as it was written; its lines.",
    run: audit,
  },
  unlock: {
    usage: "unlock [NAME]",
    summary: "Who has to wait after failed sign-ins; with NAME, nobody of it.",
    run: unlock,
  },
  "reset-password": {
    usage: "reset-password [--second-factor] NAME",
    summary: "Prints a link for a new password.",
    run: resetPassword,
  },
  database: {
    usage: "database backup FILE | restore FILE | copy",
    summary: "Copies the panel's people and grants out or in; copy: from SQLite into PostgreSQL.",
    run: database,
  },
};
