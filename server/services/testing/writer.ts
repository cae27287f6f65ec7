import { writeSync } from "node:fs";
import { openDb } from "../db.ts";

/**
 * A process that writes and says what was acknowledged: `node writer.mjs DATABASE NAME WRITERS`. Each write is an account together
 * with its grant in one transaction; its name is printed once the database has said yes, and not before.
 */
const [database, name, writers] = process.argv.slice(2) as [string, string, string];
const db = openDb(database);

async function write(writer: number): Promise<never> {
  for (let i = 0; ; i++) {
    const account = `${name}-${writer}-${i}`;
    try {
      await db.$transaction(async (transaction) => {
        const { id } = await transaction.account.create({ data: { name: account } });
        await transaction.grant.create({ data: { accountId: id, jailId: account, jailName: "mail" } });
      });
      writeSync(1, `${account}\n`);
    } catch {
      // Refused, lost or cut off: not acknowledged, so it may be there or not.
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

for (let writer = 0; writer < Number(writers); writer++) void write(writer);
