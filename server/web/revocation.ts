import { whoIsStillAllowed } from "../services/terminals/authorize.ts";
import type { Splice, Splices } from "./splice.ts";

const EVERY_MS = 2000;

/**
 * Closes open splices whose session, account or grant has ended, within seconds of its end.
 * @returns stops it
 */
export function watchSplices(splices: Splices): () => void {
  let timer: NodeJS.Timeout;
  const turn = async () => {
    try {
      await check(splices);
    } catch (error) {
      console.error("revocation", error); // for instance a database that is locked for long: the next turn asks again
    }
    timer = setTimeout(() => void turn(), EVERY_MS);
  };
  timer = setTimeout(() => void turn(), EVERY_MS);
  return () => clearTimeout(timer);
}

async function check(splices: Splices): Promise<void> {
  if (splices.size === 0) return;
  const mayStay = await whoIsStillAllowed();
  const all: Splice[] = [];
  splices.forEach((splice) => all.push(splice));
  await Promise.all(
    all.map(async (splice) => {
      if (!(await mayStay(splice.pass, splice.takeUsed()))) splice.close();
    }),
  );
}
