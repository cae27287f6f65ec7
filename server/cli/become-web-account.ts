import { statSync } from "node:fs";
import { isPostgres } from "../services/database/which-database.ts";
import { warmUp } from "../services/db.ts";
import { env } from "../services/env.ts";

/**
 * Becomes the account that knast-web's directory belongs to, before anything in it is opened: what SQLite makes beside the
 * database stays knast-web's, and a link that a taken-over knast-web has laid there is never followed as root.
 * @returns a sentence when that can't be, null when all is well
 */
export async function becomeWebAccount(): Promise<string | null> {
  const { dir } = env();
  let owner: { uid: number; gid: number };
  try {
    owner = statSync(dir);
  } catch {
    return `There is no panel's directory at ${dir}. Set KNAST_STATE to the state directory.`;
  }
  const me = process.geteuid?.();
  if (me !== 0 && me !== owner.uid) return "Only root and the panel's own account may do this.";
  process.umask(0o077);
  if (me !== 0 || owner.uid === 0) return null;
  await warmUp();
  process.setgroups?.([owner.gid]);
  process.setgid?.(owner.gid);
  process.setuid?.(owner.uid);
  try {
    const { database } = env();
    statSync(isPostgres(database) ? dir : database);
  } catch {
    return `The panel's account can't reach ${dir} from outside: a directory above it is closed to it.`;
  }
  return null;
}

export const say = (text: string): void => void process.stdout.write(`${text}\n`);
export const complain = (text: string): void => void process.stderr.write(`knast: ${text}\n`);
