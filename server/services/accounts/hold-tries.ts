import { KnastError } from "../../contract/errors.ts";
import type { Visitor } from "../context.ts";
import { type Rate, RateLimit } from "../rate-limit.ts";
import { networkOf } from "./network-of.ts";
import { words } from "./sign-in-limits.ts";

/** As many as passwords from one address: 20 a minute. */
const RATE: Rate = { burst: 20, perSecond: 20 / 60 };
const shared = globalThis as { knastTries?: RateLimit };

/**
 * Holds up one network that tries what names no account, so that nothing can be counted for one: links and passkeys. They can't be
 * guessed; a restart may forgive them. @throws KnastError too_many
 */
export function holdTries({ source }: Pick<Visitor, "source">): void {
  const wait = (shared.knastTries ??= new RateLimit(RATE)).take(networkOf(source));
  if (wait > 0) throw new KnastError("too_many", { message: `Too many attempts. ${words(wait * 1000)}` });
}

/** Forgets all tries, for tests. */
export const forgetTries = (): void => void delete shared.knastTries;
