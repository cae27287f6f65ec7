import type { Ctx } from "../context.ts";
import { Places } from "../places.ts";
import { watchJails } from "./watch-jails.ts";

/** Each asks the database every second who he is; one person with a thousand tabs must leave some for the others. */
const places = new Places(32);

/**
 * Takes a place for a page that shows the actor's jails as they change.
 * @returns begins to tell as watchJails() does; what that returns ends it and gives the place back
 * @throws KnastError too_many
 */
export function liveJails(ctx: Ctx): (told: Parameters<typeof watchJails>[1]) => () => void {
  const leave = places.take(ctx.actor.id);
  return (told) => {
    const stop = watchJails(ctx, told);
    return () => {
      stop();
      leave();
    };
  };
}
