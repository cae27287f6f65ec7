import { networkOf } from "../../services/accounts/network-of.ts";

/** Connections in all, of one address (a /64 of IPv6), and those that have not said who they are. */
export const SEATS = { all: 100, address: 16, strangers: 30, strangersOfAddress: 8, account: 16 } as const;

export type Seat = {
  /** He is no stranger any more. @returns whether his account may have one more */
  known(account: string): boolean;
  leave(): void;
};

/** Who may connect while how many are there: strangers can't take the room of those who are known. */
export class Seats {
  readonly #taken = new Set<{ network: string; account: string | null }>();

  get size(): number {
    return this.#taken.size;
  }

  /** @returns null when there is no room for him */
  take(address: string): Seat | null {
    const network = networkOf(address);
    const strangers = this.#count((one) => one.account === null);
    const his = this.#count((one) => one.network === network);
    const hisStrangers = this.#count((one) => one.network === network && one.account === null);
    const full = strangers >= SEATS.strangers || hisStrangers >= SEATS.strangersOfAddress;
    if (full || his >= SEATS.address || this.size >= SEATS.all) return null;
    const seat: { network: string; account: string | null } = { network, account: null };
    this.#taken.add(seat);
    return {
      known: (account) => {
        const room = this.#count((one) => one.account === account) < SEATS.account;
        if (room) seat.account = account;
        return room;
      },
      leave: () => void this.#taken.delete(seat),
    };
  }

  #count(which: (one: { network: string; account: string | null }) => boolean): number {
    let count = 0;
    for (const one of this.#taken) if (which(one)) count++;
    return count;
  }
}
