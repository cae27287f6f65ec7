import { KnastError } from "../../contract/errors.ts";
import type { Flavour, FlavourSummary } from "../../contract/flavour.ts";
import type { Daemon } from "../daemon.ts";
import { BUILT_IN, builtIn } from "./built-in.ts";
import { findFlavour, storedNames } from "./stored.ts";

/** flavour.list: all flavours by name; one that can't be read says why and is no reason to show none. */
export async function listFlavours(daemon: Daemon): Promise<{ flavours: FlavourSummary[] }> {
  const stored = (await storedNames(daemon)).slice(0, 400).map(async (name): Promise<FlavourSummary> => {
    try {
      return summaryOf(await findFlavour(daemon, name));
    } catch (error) {
      const problem = error instanceof KnastError ? error.message : "This flavour can't be read.";
      const empty = { title: name, description: "", settings: { switches: {} }, files: 0, firstBoot: false };
      return { name, ...empty, builtIn: false, problem };
    }
  });
  const flavours = [...BUILT_IN.map(summaryOf), ...(await Promise.all(stored))];
  return { flavours: flavours.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

function summaryOf({ files, firstBoot, ...rest }: Flavour): FlavourSummary {
  const own = { files: files.length, firstBoot: firstBoot.trim() !== "" };
  return { ...rest, ...own, builtIn: builtIn(rest.name) !== null, problem: null };
}
