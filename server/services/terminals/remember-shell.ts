import { z } from "zod";
import { ShellChoice } from "../../contract/shell-choice.ts";
import type { Actor } from "../context.ts";
import { db } from "../db.ts";

type Of = { id: string | null };

/** Beside it stand other preferences of the same account, which are none of ours. */
const Kept = z.looseObject({ shells: z.record(z.string(), ShellChoice).catch({}).default({}) });

/** So many jails are remembered, the last ones. */
const MOST = 100;

function read(text: string | null | undefined) {
  try {
    return Kept.parse(JSON.parse(text ?? "{}"));
  } catch {
    return Kept.parse({});
  }
}

/** @returns what somebody opened last in a jail by choice; nothing for a jail without an id, and for the first time */
export async function lastShell({ id: accountId }: Pick<Actor, "id">, { id }: Of): Promise<ShellChoice> {
  if (id === null) return {};
  const account = await db().account.findUnique({ where: { id: accountId }, select: { preferences: true } });
  return read(account?.preferences).shells[id] ?? {};
}

/** Keeps a choice for the next time, on another device too; what is left out is as nothing chosen. */
export async function rememberShell(
  { id: accountId }: Pick<Actor, "id">,
  { id }: Of,
  choice: ShellChoice,
): Promise<void> {
  if (id === null) return;
  const { shell, account } = choice;
  await db().$transaction(async (transaction) => {
    const row = await transaction.account.findUnique({ where: { id: accountId }, select: { preferences: true } });
    if (!row) return;
    const { shells, ...others } = read(row.preferences);
    const { [id]: before, ...rest } = shells;
    if (before?.shell === shell && before?.account === account) return;
    const now = { ...(shell === undefined ? {} : { shell }), ...(account === undefined ? {} : { account }) };
    const kept = Object.fromEntries([...Object.entries(rest), [id, now] as const].slice(-MOST));
    const preferences = JSON.stringify({ ...others, shells: kept });
    await transaction.account.update({ where: { id: accountId }, data: { preferences } });
  });
}
