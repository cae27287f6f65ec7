import type { Viewer } from "./viewer.ts";

/** Who wants to look: under which name he comes again, if any, whose he is, and whether by a link. */
export type Comer = { typist: string | null; who: string; guest: boolean };

/** @returns who is there under the name that he gave himself; one that somebody else has given himself is another one */
export function sameOne(viewers: ReadonlySet<Viewer>, { typist, who }: Pick<Comer, "typist" | "who">): Viewer | null {
  return (typist !== null && [...viewers].find((one) => one.typist === typist && one.who === who)) || null;
}

/**
 * @param most so many of the person's, and as many guests: these take nobody else's place
 * @returns whether another one may come, and who has to go for him: his own one of whom nothing was read for longest, as it would
 *   not be noticed that he has left
 */
export function roomFor(
  viewers: ReadonlySet<Viewer>,
  comer: Comer,
  most: number,
): { free: boolean; instead: Viewer | null } {
  const like = [...viewers].filter((one) => one.guest === comer.guest);
  if (like.length < most || sameOne(viewers, comer)) return { free: true, instead: null };
  const blocked = like.filter((one) => one.who === comer.who && one.blocked);
  const instead = blocked.sort((a, b) => a.blockedAt! - b.blockedAt!)[0] ?? null;
  return { free: instead !== null, instead };
}
