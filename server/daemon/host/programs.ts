import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { join } from "node:path";
import { KnastError } from "../../contract/errors.ts";
import { JailName } from "../../contract/names.ts";

/**
 * @param directories absolute directories, looked through in this order; $PATH is never asked
 * @param name a bare program name
 * @returns its absolute path
 * @throws KnastError tool_missing
 */
export async function findProgram(directories: readonly string[], name: string): Promise<string> {
  if (!/^[a-z][a-z0-9_-]{0,30}$/.test(name)) throw new KnastError("internal", { cause: `no program name: ${name}` });
  for (const directory of directories) {
    const path = join(directory, name);
    try {
      await access(path, constants.X_OK);
      if ((await stat(path)).isFile()) return path;
    } catch {
      continue;
    }
  }
  throw new KnastError("tool_missing", {
    message: `The program ${name} is not installed on the host.`,
    cause: `${name} is not in ${directories.join(":")}`,
  });
}

/**
 * A jail's name on its way into an argv: `*` would mean every jail to jail(8) and an empty name every rule to rctl(8).
 * @throws KnastError internal for anything that is no JailName
 */
export function jailArg(name: string): string {
  const parsed = JailName.safeParse(name);
  if (!parsed.success)
    throw new KnastError("internal", { cause: "a name that is no jail name came as far as an argv" });
  return parsed.data;
}
