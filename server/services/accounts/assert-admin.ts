import { KnastError } from "../../contract/errors.ts";
import type { Ctx } from "../context.ts";

/** @throws KnastError forbidden for everybody else */
export function assertAdmin(ctx: Ctx): void {
  if (ctx.actor.role !== "admin") throw new KnastError("forbidden");
}
