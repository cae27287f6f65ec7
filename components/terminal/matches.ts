/** Matches that are marked and counted; searching a flood for one letter must stay quick. */
export const MOST_MATCHES = 1000;

export type Found = { resultIndex: number; resultCount: number };

/** @returns "3 of 17", or what else there is to say */
export function countInWords(found: Found | null): string {
  if (!found) return "";
  if (found.resultCount === 0) return "none";
  const all = found.resultCount >= MOST_MATCHES ? `${MOST_MATCHES} or more` : String(found.resultCount);
  return found.resultIndex < 0 ? all : `${found.resultIndex + 1} of ${all}`;
}
