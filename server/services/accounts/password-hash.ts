import { hash, verify } from "@node-rs/argon2";
import { KnastError } from "../../contract/errors.ts";

// OWASP's first choice for argon2id (ASVS 11.4.2): 46 MiB, one pass, one lane. 2 is argon2id.
const PARAMETERS = { algorithm: 2, memoryCost: 46 * 1024, timeCost: 1, parallelism: 1 } as const;

/** Hashes at work at once: each takes 46 MiB. Those who wait beyond QUEUE are sent away. */
const PARALLEL = 4;
const QUEUE = 64;

let active = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (active >= PARALLEL) {
    if (waiting.length >= QUEUE) throw new KnastError("too_many");
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else active++;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else active--;
  }
}

/** @returns argon2id in PHC format, with a salt of its own */
export const hashPassword = (password: string): Promise<string> => inTurn(() => hash(password, PARAMETERS));

/** A hash of the same cost that no password matches: its 32 bytes were drawn, not computed. */
export const NOBODY =
  "$argon2id$v=19$m=47104,t=1,p=1$rNZqEN5nsF48Lke/nvv/TQ$84sopqLxP4VbEBMi93jOjclW9Y7cpIzSs7NBvlUq4j0";

/**
 * Compares a password with a stored hash; without one it does the same work and says no, so that
 * the time of the answer does not tell whether the account exists.
 */
export async function verifyHash(stored: string | null, password: string): Promise<boolean> {
  const same = await inTurn(() => verify(stored ?? NOBODY, password));
  return same && stored !== null;
}
