import type { KnownJail } from "../conf/validate.ts";

/** Jails that are being created: their names, host names and addresses count as taken before their config is there. */
export class Reservations {
  readonly #jails = new Set<KnownJail>();

  add(jail: KnownJail): () => void {
    this.#jails.add(jail);
    return () => void this.#jails.delete(jail);
  }

  all(): KnownJail[] {
    return [...this.#jails];
  }
}
