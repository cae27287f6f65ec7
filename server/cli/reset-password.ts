import { AccountName } from "../contract/names.ts";
import { forgive } from "../services/accounts/forgive.ts";
import { makeLink } from "../services/accounts/one-time-links.ts";
import { db } from "../services/db.ts";
import { env } from "../services/env.ts";
import { clearSecondFactor } from "../services/second-factor/reset-second-factor.ts";
import { becomeWebAccount, complain, say } from "./become-web-account.ts";
import { recordHere } from "./record-here.ts";

const USAGE = "usage: knast reset-password [--second-factor] NAME";

/**
 * `knast reset-password NAME` prints a link by which the account's person sets a new password; the old one is good until then.
 * `--second-factor` also takes authenticator, passkeys and recovery codes off, for one who has lost them.
 * @returns the exit status: 0; 1 for an account that is not there or disabled; 64 for wrong arguments; 77 for others than root
 */
export async function run(args: string[]): Promise<number> {
  const clear = args.includes("--second-factor");
  const [name, ...more] = args.filter((arg) => arg !== "--second-factor");
  if (name === undefined || more.length > 0 || !AccountName.safeParse(name).success) {
    complain(USAGE);
    return 64;
  }
  const problem = await becomeWebAccount();
  if (problem) {
    complain(problem);
    return 77;
  }
  try {
    return await reset(name, clear);
  } finally {
    await db().$disconnect();
  }
}

async function reset(name: string, clear: boolean): Promise<number> {
  const account = await db().account.findUnique({ where: { name } });
  if (!account || account.disabledAt) {
    complain(account ? `${name} is disabled. Enable it in the panel first.` : `There is no account ${name}.`);
    return 1;
  }
  if (clear) await clearSecondFactor(account.id);
  await forgive(name);
  const { origin, host, port } = env();
  const home = host.includes(":") ? `[${host}]` : host;
  const link = await makeLink({ kind: "password", account: account.id }, origin ?? `http://${home}:${port}`);
  await recordHere(clear ? "host.reset-second-factor" : "host.reset-password", name);
  say(link.url);
  say(`It works once, until ${link.expiresAt.slice(0, 16).replace("T", " ")} UTC.`);
  if (clear) say(`${name} has no second factor any more.`);
  return 0;
}
