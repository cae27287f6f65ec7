import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { KnastError } from "../../contract/errors.ts";
import { type GuestMode, type Invited, MAX_ASKING, MAX_GUESTS, type Share } from "../../contract/together.ts";

const hashOf = (token: string): Buffer => createHash("sha256").update(token).digest();

/** `unheard`: bytes that he typed while he might only look, which were dropped. */
type Guest = { account: string; mode: GuestMode; unheard: number };

/** Whom the person of a shell shows it to: one link at a time, who asks by it, who was let in. Ends with the link's time. */
export class Guests {
  readonly #owner: string;
  readonly #changed: () => void;
  /** cuts one guest off, or all */
  readonly #cut: (name: string | null) => void;
  /** `until` is what is told; the host's clock may be set, which makes no link live longer or shorter */
  #link: { hash: Buffer; until: string; endsAt: number } | null = null;
  #timer: NodeJS.Timeout | undefined;
  readonly #in = new Map<string, Guest>();
  readonly #asking = new Map<string, string>();
  readonly #refused = new Set<string>();

  constructor(owner: string, changed: () => void, cut: (name: string | null) => void) {
    this.#owner = owner;
    this.#changed = changed;
    this.#cut = cut;
  }

  /** A new link; an earlier one is worth nothing from now on. */
  share(milliseconds: number): { token: string; until: string } {
    const token = randomBytes(32).toString("base64url");
    const until = new Date(Date.now() + milliseconds).toISOString();
    this.#link = { hash: hashOf(token), until, endsAt: performance.now() + milliseconds };
    this.#refused.clear();
    this.#asking.clear();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.stop(), milliseconds);
    this.#timer.unref();
    this.#changed();
    return { token, until };
  }

  isFor(token: string): boolean {
    return (
      this.#link !== null && performance.now() < this.#link.endsAt && timingSafeEqual(this.#link.hash, hashOf(token))
    );
  }

  get until(): string | null {
    return this.#link?.until ?? null;
  }

  get asks(): string[] {
    return [...this.#asking.keys()];
  }

  get names(): string[] {
    return [...this.#in.keys()];
  }

  /** Who was let in and who asks (mode null), each with his account. */
  list(): Share["guests"] {
    return [
      ...[...this.#in].map(([name, guest]) => ({ name, ...guest })),
      ...[...this.#asking].map(([name, account]) => ({ name, account, mode: null, unheard: 0 })),
    ];
  }

  /** @returns null for who was not let in */
  modeOf(name: string): GuestMode | null {
    return this.#in.get(name)?.mode ?? null;
  }

  /** He typed, and nobody heard it. */
  unheard(name: string, bytes: number): void {
    const guest = this.#in.get(name);
    if (guest) guest.unheard += bytes;
  }

  /** What a link is worth for somebody; another account under the name of a guest is a stranger. */
  stateOf(name: string, account: string): Invited["state"] {
    if (name === this.#owner) return "owner";
    const guest = this.#in.get(name);
    if (guest?.account === account) return guest.mode;
    if (this.#asking.get(name) === account) return "asking";
    return this.#refused.has(account) ? "refused" : "stranger";
  }

  /** Asks to be let in; who was refused by this link is not heard again. @throws KnastError too_many */
  knock(name: string, account: string): void {
    if (this.stateOf(name, account) !== "stranger") return;
    if (this.#asking.size >= MAX_ASKING || this.#in.size >= MAX_GUESTS)
      throw new KnastError("too_many", { message: "Too many look at this shell or want to. Try again later." });
    // The name is another account's by now.
    if (this.#in.delete(name)) this.#cut(name);
    this.#asking.set(name, account);
    this.#changed();
  }

  /** @throws KnastError not_found for who neither asks nor was let in */
  admit(name: string, as: GuestMode | "none"): void {
    const account = this.#in.get(name)?.account ?? this.#asking.get(name);
    if (account === undefined) throw new KnastError("not_found");
    if (as !== "none" && !this.#in.has(name) && this.#in.size >= MAX_GUESTS) throw new KnastError("too_many");
    this.#asking.delete(name);
    if (as !== "none") this.#in.set(name, { account, mode: as, unheard: this.#in.get(name)?.unheard ?? 0 });
    else {
      this.#refused.add(account);
      if (this.#in.delete(name)) this.#cut(name);
    }
    this.#changed();
  }

  /** The link is worth nothing any more and everybody who came by it is cut off. */
  stop(): void {
    if (!this.#link && this.#in.size === 0) return;
    this.end();
    this.#cut(null);
    this.#changed();
  }

  /** The shell is over: the same without a word, as everybody is told of that. */
  end(): void {
    clearTimeout(this.#timer);
    this.#link = null;
    this.#in.clear();
    this.#asking.clear();
  }
}
