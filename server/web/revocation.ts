import { KnastError } from "../contract/errors.ts";
import { whoIsStillAllowed } from "../services/terminals/authorize.ts";
import { endLostGuests } from "../services/terminals/end-lost-guests.ts";
import { endLostShells } from "../services/terminals/end-lost-shells.ts";
import type { Guarded, Splices } from "./splice.ts";

const EVERY_MS = 2000;

/**
 * Closes open splices whose session, account or grant has ended, within seconds of its end, and ends the shells behind them.
 * @returns stops it
 */
export function watchSplices(splices: Splices): () => void {
  let timer: NodeJS.Timeout;
  const turn = async () => {
    try {
      await check(splices);
      await endLostShells();
      await endLostGuests();
    } catch (error) {
      // Without the daemon there are no shells.
      if (!(error instanceof KnastError && error.code === "unavailable")) console.error("revocation", error); // for instance a database that is locked for long: the next turn asks again
    }
    timer = setTimeout(() => void turn(), EVERY_MS);
  };
  timer = setTimeout(() => void turn(), EVERY_MS);
  return () => clearTimeout(timer);
}

async function check(splices: Splices): Promise<void> {
  if (splices.size === 0) return;
  const mayStay = await whoIsStillAllowed();
  const all: Guarded[] = [];
  splices.forEach((splice) => all.push(splice));
  await Promise.all(
    all.map(async (splice) => {
      if (!(await mayStay(splice.pass, splice.takeUsed()))) splice.close();
    }),
  );
}
