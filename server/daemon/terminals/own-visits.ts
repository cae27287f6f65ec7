import type { WebSocket } from "ws";
import type { Session } from "./session.ts";

/**
 * When each shell's person was last there. A line that breaks, another window and a short absence are no news: they would fill the
 * trail, and what was printed meanwhile he has seen, or sees, by the same knast-web.
 */
export class OwnVisits {
  readonly #of = new WeakMap<Session, { here: number; left: number }>();

  /** @param away milliseconds after which his coming back is news */
  constructor(private readonly away: number) {}

  /** Whether he comes to what he has not been at for long; a shell that he has just opened is on record by that. */
  isNews(session: Session): boolean {
    const { here, left } = this.#visits(session);
    return here === 0 && performance.now() - left > this.away;
  }

  came(session: Session, ws: WebSocket): void {
    const visits = this.#visits(session);
    visits.here++;
    ws.once("close", () => {
      visits.here--;
      visits.left = performance.now();
    });
  }

  #visits(session: Session): { here: number; left: number } {
    const known = this.#of.get(session) ?? { here: 0, left: performance.now() - session.age };
    this.#of.set(session, known);
    return known;
  }
}
