import { mayAct } from "../accounts/sessions.ts";
import { call } from "../daemon.ts";
import { db } from "../db.ts";
import { lookAtJails } from "../jails/look-at-jails.ts";
import { mayHaveShell } from "./shell-as.ts";

const BY = { actor: "knast-web" };

/**
 * Closes shells whose person may not have them any more and whom nobody closed: his grant or account has come to its end, or the
 * daemon was away when it was taken. Shells of names that are no account of ours (root on the host) are left alone.
 * @returns how many; throws KnastError unavailable
 */
export async function endLostShells(): Promise<number> {
  const { terminals } = await call("terminal.list", {}, BY);
  if (terminals.length === 0) return 0;
  const names = [...new Set(terminals.map((one) => one.actor))];
  const [accounts, { jails, holders }] = await Promise.all([
    db().account.findMany({ where: { name: { in: names } } }),
    lookAtJails(BY.actor),
  ]);
  const lost = terminals.filter(({ actor, jail, account: as }) => {
    const account = accounts.find((one) => one.name === actor);
    if (!account) return false;
    if (!mayAct(account)) return true;
    const person = { id: account.id, name: account.name, role: account.role, session: "" };
    return jails.some((one) => one.name === jail) && !mayHaveShell(person, jails, holders)({ jail, account: as });
  });
  await Promise.allSettled(
    lost.map(({ terminal }) => call("terminal.close", { terminal, reason: "access-ended" }, BY)),
  );
  return lost.length;
}
