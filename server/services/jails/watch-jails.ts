import { KnastError } from "../../contract/errors.ts";
import type { JailRow } from "../../contract/panel.ts";
import { cameBy, stillActor } from "../accounts/still-actor.ts";
import type { Ctx } from "../context.ts";
import { lookAtJails, rowFor } from "./look-at-jails.ts";

const EVERY_MS = 1000;

type Look = Awaited<ReturnType<typeof lookAtJails>> | KnastError;
type Watcher = (look: Look) => Promise<void>;

/** Asks the daemon once for all who watch, and only while somebody does. */
class Poller {
  private readonly watchers = new Set<Watcher>();
  private timer: NodeJS.Timeout | undefined;

  add(watcher: Watcher): () => void {
    this.watchers.add(watcher);
    this.timer ??= setTimeout(() => void this.turn(), 0);
    return () => void this.watchers.delete(watcher);
  }

  private async turn(): Promise<void> {
    const look = await lookAtJails("knast-web").catch((error: unknown) =>
      error instanceof KnastError ? error : new KnastError("internal", { cause: error }),
    );
    await Promise.allSettled([...this.watchers].map((watcher) => watcher(look)));
    this.timer = this.watchers.size > 0 ? setTimeout(() => void this.turn(), EVERY_MS) : undefined;
  }
}

const shared = globalThis as { knastPoller?: Poller };

/**
 * Tells an actor his jails now and whenever they change, about once a second at most.
 * @param told `rows`: all that he may see; `unavailable`: the daemon is away; `ended`: his session is over, nothing follows
 * @returns stops it
 */
export function watchJails(ctx: Ctx, told: (news: { rows: JailRow[] } | "unavailable" | "ended") => void): () => void {
  let last = "";
  const stop = (shared.knastPoller ??= new Poller()).add(async (look) => {
    // A view that is open is no use of the session, so it ends as if nobody looked.
    const actor = await stillActor(cameBy(ctx.actor), false);
    if (!actor) {
      stop();
      return told("ended");
    }
    const news =
      look instanceof KnastError
        ? "unavailable"
        : {
            rows: look.jails
              .map((jail) => rowFor(actor, jail, look.holders))
              .filter((row) => row !== null)
              .sort((a, b) => (a.name < b.name ? -1 : 1)),
          };
    const now = JSON.stringify(news);
    if (now === last) return;
    last = now;
    told(news);
  });
  return stop;
}
