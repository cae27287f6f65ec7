/** Who has typed within so many milliseconds may be waiting for what his keys do. */
const ATTENTIVE = 1000;
/** A turn that comes later than so many milliseconds says that there is more to do than processors for it. */
const LATE = 2;
/** It is believed for so many milliseconds. */
const CROWDED = 10_000;
/** Then a flood rests after each so many bytes, as many milliseconds as there are floods times SHARE, LONGEST at most. */
const SIP = 8 * 1024;
const SHARE = 8;
const LONGEST = 100;
/** What takes longer for a sip, in milliseconds, is no flood. */
const SLOW = 200;

/**
 * Lets floods give way to who types in another shell. What prints without end takes processors from everybody, also
 * those that a key's way goes over; while its pty is not read it sleeps. On a machine that keeps up nothing ever rests.
 */
export class Courtesy {
  #latest = { shell: "", at: -Infinity };
  /** when somebody typed in another shell than the latest one */
  #other = -Infinity;
  #crowdedUntil = -Infinity;
  /** shells that print now: bytes since the last rest, when that ended or they began */
  readonly #printing = new Map<string, { bytes: number; since: number; flood: boolean }>();

  /** Somebody types in this shell. */
  typed(shell: string): void {
    if (shell !== this.#latest.shell) this.#other = this.#latest.at;
    this.#latest = { shell, at: performance.now() };
  }

  /** @param late milliseconds by which the turn of a shell that prints without end came too late */
  cameLate(shell: string, late: number): void {
    const now = performance.now();
    if (late >= LATE && this.#isAwaited(shell, now)) this.#crowdedUntil = now + CROWDED;
  }

  /** Whether this shell is one that has to rest now and then. */
  isFlood(shell: string): boolean {
    return this.#printing.get(shell)?.flood ?? false;
  }

  /** @param length of what a shell has just printed; @returns milliseconds for which it is not to be read */
  restAfter(shell: string, length: number): number {
    if (this.#crowdedUntil === -Infinity) return 0;
    const now = performance.now();
    if (now > this.#crowdedUntil || !this.#isAwaited(shell, now)) {
      this.#printing.delete(shell);
      return 0;
    }
    const own = this.#printing.get(shell) ?? { bytes: 0, since: now, flood: false };
    if (now - own.since > SLOW) Object.assign(own, { bytes: 0, since: now, flood: false });
    this.#printing.set(shell, own);
    own.bytes += length;
    if (own.bytes < SIP) return 0;
    for (const [each, { since }] of this.#printing) if (now - since > SLOW) this.#printing.delete(each);
    const floods = [...this.#printing.values()].filter((one) => one.flood || one === own).length;
    const rest = Math.min(floods * SHARE, LONGEST);
    Object.assign(own, { bytes: 0, since: now + rest, flood: true });
    return rest;
  }

  /** Whether somebody types in another shell. */
  #isAwaited(shell: string, now: number): boolean {
    return now - (this.#latest.shell === shell ? this.#other : this.#latest.at) <= ATTENTIVE;
  }
}
