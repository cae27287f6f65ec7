import type { JailSummary } from "../../contract/jail.ts";
import { ROOT } from "../../contract/shell-choice.ts";
import type { Actor } from "../context.ts";
import { type Holders, rowFor } from "../jails/look-at-jails.ts";

/** @returns whether somebody whose grant says `limit` may run a shell as that account of the jail; root may as any */
export const mayRunAs = (limit: string, account: string): boolean => limit === ROOT || limit === account;

/** @returns as whom an actor's shells in a jail run, if he may have any: what his grant says, root for an admin */
export function shellAsOf(actor: Pick<Actor, "id" | "role">, jail: Pick<JailSummary, "id">, holders: Holders): string {
  if (actor.role === "admin") return ROOT;
  const held = (jail.id && holders.get(jail.id)) || [];
  return held.find((holder) => holder.id === actor.id)?.shellAs ?? ROOT;
}

/** @returns the question whether an actor may have such a shell at this moment: enter its jail, and as that account */
export function mayHaveShell(actor: Actor, jails: readonly JailSummary[], holders: Holders) {
  return ({ jail: name, account }: { jail: string; account: string }): boolean =>
    jails.some(
      (jail) =>
        jail.name === name &&
        rowFor(actor, jail, holders)?.rights.includes("shell") === true &&
        mayRunAs(shellAsOf(actor, jail, holders), account),
    );
}
