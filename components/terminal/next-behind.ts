/** With so many lines none is added that nobody asked for: a full screen with all that is above it takes 5 MB. */
export const MOST_BEHIND = 12;

/** @returns the shell that gets a line next without being looked at, null when all have one or there are enough */
export function nextBehind(shells: readonly { terminal: string }[], mounted: ReadonlySet<string>): string | null {
  const without = shells.filter(({ terminal }) => !mounted.has(terminal));
  return shells.length - without.length < MOST_BEHIND ? (without[0]?.terminal ?? null) : null;
}
