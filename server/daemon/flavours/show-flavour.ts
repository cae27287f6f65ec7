import type { Flavour } from "../../contract/flavour.ts";
import type { Daemon } from "../daemon.ts";
import { builtIn } from "./built-in.ts";
import { findFlavour } from "./stored.ts";

/** flavour.show: one flavour with all its files. Throws KnastError not_found, invalid (what lies there is none). */
export async function showFlavour(
  daemon: Daemon,
  { name }: { name: string },
): Promise<{ flavour: Flavour; builtIn: boolean }> {
  return { flavour: await findFlavour(daemon, name), builtIn: builtIn(name) !== null };
}
