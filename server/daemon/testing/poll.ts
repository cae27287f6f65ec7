import { setTimeout as sleep } from "node:timers/promises";

/** Asks until the answer is not null, false or undefined. @throws Error after `deadline` milliseconds */
export async function poll<T>(what: string, ask: () => Promise<T> | T, deadline = 20_000): Promise<NonNullable<T>> {
  const end = Date.now() + deadline;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer as NonNullable<T>;
    if (Date.now() > end) throw new Error(`waited ${deadline} ms in vain: ${what}`);
    await sleep(20);
  }
}
