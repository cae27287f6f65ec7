import { createWriteStream, existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { backUp, copyInto, restore, Unfit } from "../services/database/copies.ts";
import { whyNot } from "../services/database/why-not.ts";
import { env } from "../services/env.ts";
import { becomeWebAccount, complain } from "./become-web-account.ts";

export type DatabaseWork = "backup" | "restore" | "copy";

/** The bundle lies in dist/, the source in server/cli/. */
const migrations = ["../prisma/migrations", "../../prisma/migrations"]
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find(existsSync);

/**
 * The part of `knast database` that touches the database: a process of its own that becomes knast-web's account for good, while
 * the one that started it keeps the file. Backup writes to descriptor 1, restore reads descriptor 0.
 * @returns the exit status
 */
export async function work(what: DatabaseWork): Promise<number> {
  let database = "";
  try {
    const { dir, database: named } = env();
    database = named;
    if (!migrations) throw new Unfit("prisma/migrations is not beside this program.");
    const problem = await becomeWebAccount();
    if (problem) {
      complain(problem);
      return 77;
    }
    // Not to descriptor 1, which is the copy itself.
    const done = (rows: number, words: string) =>
      void process.stderr.write(`${rows} ${rows === 1 ? "row" : "rows"} ${words}.\n`);
    if (what === "backup") done(await backUp(database, createWriteStream("", { fd: 1 })), "copied");
    else if (what === "restore") done(await restore(database, process.stdin, migrations), "restored");
    else done(await copyInto(join(dir, "knast.db"), database, migrations), "copied into the PostgreSQL");
    return 0;
  } catch (error) {
    complain(error instanceof Unfit ? error.message : whyNot(database, error).sentence);
    return 1;
  }
}
