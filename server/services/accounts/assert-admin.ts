import { KnastError } from "../../contract/errors.ts";
import type { Actor, Ctx } from "../context.ts";

/** Whether he acts as an admin; with a token of the API only when he made it for that. */
export const isAdmin = (actor: Actor): boolean => actor.role === "admin" && actor.scope?.admin !== false;

/** @throws KnastError forbidden for everybody else, and for a token that its owner did not make for that */
export function assertAdmin({ actor }: Ctx): void {
  if (!isAdmin(actor)) throw new KnastError("forbidden");
}
