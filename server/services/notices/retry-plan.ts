const MINUTE = 60_000;
/** Waits after the first, second … attempt; after the last one it is given up, a day and a half after the first. */
const WAITS = [1, 5, 15, 60, 180, 360, 720, 720].map((minutes) => minutes * MINUTE);

export const MAX_ATTEMPTS = WAITS.length + 1;

/** @returns milliseconds until the next attempt after so many; null when there is none */
export const waitAfter = (attempts: number): number | null => WAITS[attempts - 1] ?? null;
