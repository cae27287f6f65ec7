import { type AccountOfJail, JailAccount, MOST_ACCOUNTS, MOST_SHELLS, ShellPath } from "../../contract/shell-choice.ts";

/** What getusershell(3) takes where there is no file. */
const USUAL = ["/bin/sh", "/bin/csh"];
/** What passwd(5) means by an empty last field. */
const PLAIN = "/bin/sh";

/**
 * @param text of a jail's /etc/shells, as its root wrote it; null: it can't be read
 * @returns the shells in it (shells(5)): one absolute path a line up to a blank or #, without doubles; what is none is left out
 */
export function parseShells(text: string | null): ShellPath[] {
  if (text === null) return USUAL;
  const found = new Set<string>();
  for (const line of text.split("\n")) {
    const path = ShellPath.safeParse(/^[ \t]*([^# \t]*)/.exec(line)![1]);
    if (path.success && found.size < MOST_SHELLS) found.add(path.data);
  }
  return [...found];
}

/**
 * @param text of a jail's /etc/passwd (passwd(5)), as its root wrote it
 * @returns its accounts, the first of each name; lines that are none are left out
 */
export function parseAccounts(text: string, shells: readonly string[]): AccountOfJail[] {
  const found = new Map<string, AccountOfJail>();
  for (const line of text.split("\n")) {
    const fields = line.split(":");
    const name = JailAccount.safeParse(fields[0]);
    if (fields.length !== 7 || !name.success || !/^[0-9]{1,10}$/.test(fields[2]!)) continue;
    if (found.has(name.data) || found.size >= MOST_ACCOUNTS) continue;
    const shell = ShellPath.safeParse(fields[6] || PLAIN).data ?? null;
    const mayLogIn = shell !== null && shells.includes(shell);
    found.set(name.data, { name: name.data, uid: Number(fields[2]), shell, mayLogIn });
  }
  return [...found.values()];
}
