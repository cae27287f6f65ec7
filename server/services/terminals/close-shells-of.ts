import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";

/** Closes the shells of a person, in one jail or in all. @throws KnastError unavailable */
export async function closeShellsOf(ctx: Ctx, person: string, jail?: string): Promise<void> {
  const options = { actor: ctx.actor.name };
  const { terminals } = await call("terminal.list", {}, options);
  const his = terminals.filter((each) => each.actor === person && (jail === undefined || each.jail === jail));
  for (const { terminal } of his)
    await call("terminal.close", { terminal }, options).catch((error: { code?: string }) => {
      if (error.code !== "not_found") throw error;
    });
}
