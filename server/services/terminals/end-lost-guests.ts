import { mayAct } from "../accounts/sessions.ts";
import { call } from "../daemon.ts";
import { db } from "../db.ts";

const BY = { actor: "knast-web" };

/** Sends away guests of shells, and those who ask, whose account has come to its end. @returns how many; throws KnastError unavailable */
export async function endLostGuests(): Promise<number> {
  const { shares } = await call("terminal.shares", {}, BY);
  const all = shares.flatMap(({ terminal, guests }) => guests.map((guest) => ({ terminal, ...guest })));
  if (all.length === 0) return 0;
  const accounts = await db().account.findMany({ where: { id: { in: all.map(({ account }) => account) } } });
  const lost = all.filter(({ account, name }) => {
    const found = accounts.find((one) => one.id === account);
    return !found || found.name !== name || !mayAct(found);
  });
  await Promise.allSettled(
    lost.map(({ terminal, name }) => call("terminal.admit", { terminal, guest: name, as: "none" }, BY)),
  );
  return lost.length;
}
