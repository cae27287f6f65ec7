import { AccountName } from "../contract/names.ts";
import { forgive } from "../services/accounts/forgive.ts";
import { listBlocked } from "../services/accounts/list-blocked.ts";
import { db } from "../services/db.ts";
import { becomeWebAccount, complain, say } from "./become-web-account.ts";
import { recordHere } from "./record-here.ts";

const USAGE = "usage: knast unlock [NAME]";

/**
 * `knast unlock NAME` forgets the failed sign-ins of an account; without NAME it says who has to wait, and until when. It works
 * while knast-web runs. @returns the exit status: 0; 1 for an account that is not there; 64 for wrong arguments; 77 for others than root
 */
export async function run(args: string[]): Promise<number> {
  const [name, ...more] = args;
  if (more.length > 0 || (name !== undefined && !AccountName.safeParse(name).success)) {
    complain(USAGE);
    return 64;
  }
  const problem = await becomeWebAccount();
  if (problem) {
    complain(problem);
    return 77;
  }
  try {
    return name === undefined ? await list() : await unlock(name);
  } finally {
    await db().$disconnect();
  }
}

async function list(): Promise<number> {
  const blocked = await listBlocked();
  if (blocked.length === 0) say("Nobody has to wait.");
  for (const { what, failures, until } of blocked)
    say(`${what}\t${failures} failures\tuntil ${until.toISOString().slice(0, 19).replace("T", " ")} UTC`);
  return 0;
}

async function unlock(name: string): Promise<number> {
  if (!(await db().account.findUnique({ where: { name } }))) {
    complain(`There is no account ${name}.`);
    return 1;
  }
  const count = await forgive(name);
  await recordHere("host.unlock", name);
  say(count > 0 ? `${name} may sign in again at once.` : `${name} did not have to wait.`);
  return 0;
}
