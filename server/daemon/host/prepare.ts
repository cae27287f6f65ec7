import { join } from "node:path";
import { KnastError } from "../../contract/errors.ts";
import type { Options } from "../env/options.ts";
import { look, makeDirectory, setMode } from "./disk.ts";

/**
 * Makes the directories that knastd needs, and closes the jail root: who can enter it from outside can, together with a jail's
 * root, become the host's (jail(8), NOTES). Throws KnastError with a sentence for the person at the terminal.
 */
export async function prepareHost(options: Options, uid: number): Promise<void> {
  for (const path of [options.jails, options.state]) {
    await makeParents(path);
    await makeOwnDirectory(path, uid);
    await setMode(path, 0o700);
  }
  for (const path of [".new", ".trash"]) await makeOwnDirectory(join(options.jails, path), uid);
  for (const path of ["journal", "jobs", "audit"]) await makeOwnDirectory(join(options.state, path), uid);
  await makeDirectory(join(options.etc, "jail.conf.d"), 0o755);
}

/** /var/db/knast is nobody's but ours to make, and knast-web, which has its own place in it, must get through. */
async function makeParents(path: string): Promise<void> {
  const parts = path.split("/").slice(1, -1);
  for (let i = 1; i <= parts.length; i++) {
    const parent = `/${parts.slice(0, i).join("/")}`;
    if (!(await look(parent))) await makeDirectory(parent, 0o755);
  }
}

async function makeOwnDirectory(path: string, uid: number): Promise<void> {
  await makeDirectory(path, 0o700);
  const found = await look(path);
  if (found?.kind !== "directory" || found.uid !== uid)
    throw new KnastError("internal", { message: `${path} must be a directory of the user who runs knastd.` });
}
