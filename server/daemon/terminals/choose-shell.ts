import { KnastError } from "../../contract/errors.ts";
import { MOST_BYTES, ROOT, type ShellChoice, type ShellChoices } from "../../contract/shell-choice.ts";
import type { ShellCommand } from "../../contract/terminal.ts";
import { parseAccounts, parseShells } from "./jail-accounts.ts";
import { commandArgs } from "./shell-command.ts";
import type { RunProgram } from "./take-away.ts";

export type Shell = { path: string; note: string | null };
/** A wish as terminal.open has it. */
export type Wish = ShellChoice & { evenNologin?: boolean | undefined };
/** `homeless`: it is no account to log in as, and most of those have no home directory. */
export type Chosen = Shell & { account: string; homeless?: boolean };

export type ChooserOptions = {
  run: RunProgram;
  /** which shell a jail has; looks at the root-owned base only, throws KnastError shell_missing */
  shellFor: (jail: { name: string; jid: number }) => Promise<Shell>;
};

/** A file that never ends, or is a fifo that nobody writes to, holds nobody up for longer. */
const DEADLINE = 3000;

const refused = (field: keyof ShellChoice, message: string) =>
  new KnastError("invalid", { message, problems: [{ field, code: "invalid", message }] });

/** Says what can be opened in a jail, and whether that is what was asked for. */
export function createChooser({ run, shellFor }: ChooserOptions) {
  const reading = new Map<number, Promise<ShellChoices>>();

  /** By head(1) of the jail, inside of it: links in there lead nowhere else, and no more than so many bytes come out. */
  const read = async (jid: number, file: string): Promise<string | null> => {
    const args = ["-l", String(jid), "/usr/bin/head", "-c", String(MOST_BYTES), file];
    const { status, stdout } = await run("jexec", args, { deadline: DEADLINE, cap: MOST_BYTES });
    if (status !== 0) return null;
    // The last line of a file that is longer is half a line.
    return stdout.length < MOST_BYTES ? stdout : stdout.slice(0, stdout.lastIndexOf("\n") + 1);
  };

  const look = async (jid: number): Promise<ShellChoices> => {
    const [listed, passwd] = await Promise.all([read(jid, "/etc/shells"), read(jid, "/etc/passwd")]);
    const shells = parseShells(listed);
    return { shells, accounts: parseAccounts(passwd ?? "", shells) };
  };

  /** @returns what the jail's own files name; who asks while somebody else does gets his answer */
  function choices(jid: number): Promise<ShellChoices> {
    const there = reading.get(jid);
    if (there) return there;
    const begun = look(jid).finally(() => reading.delete(jid));
    reading.set(jid, begun);
    return begun;
  }

  /**
   * @returns csh (or what the jail has) as root when nothing else is wished
   * @throws KnastError invalid at shell or account; shell_missing
   */
  async function choose(jail: { name: string; jid: number }, wish: Wish): Promise<Chosen> {
    const { shell, account = ROOT } = wish;
    if (shell === undefined && account === ROOT) return { ...(await shellFor(jail)), account };
    const { shells, accounts } = await choices(jail.jid);
    if (shell !== undefined && !shells.includes(shell))
      throw refused("shell", `${shell} is none of the shells in this jail's /etc/shells.`);
    const who = accounts.find((one) => one.name === account);
    if (!who && account !== ROOT) throw refused("account", `There is no account ${account} in this jail.`);
    if (who && account !== ROOT && !who.mayLogIn && !wish.evenNologin)
      throw refused("account", `${account} may not log in: its own shell is none of those in /etc/shells.`);
    const homeless = account !== ROOT && !who!.mayLogIn;
    const found = shell === undefined ? await shellFor(jail) : { path: shell, note: null };
    return { ...found, account, homeless };
  }

  return { choices, choose };
}

/**
 * @returns arguments of jexec(8) for a login shell: in a clean environment (-l), as an account of the jail's own passwd(5) (-U). With
 *   -l jexec insists on the account's home, which those that may not log in seldom have: they get the jail's root for it.
 */
export function shellArgs(jid: number, { path, account, homeless }: Chosen, command?: ShellCommand): string[] {
  const program = command ? commandArgs(path, command) : [path];
  return homeless
    ? ["-U", account, String(jid), "/usr/bin/env", "HOME=/", `USER=${account}`, `SHELL=${path}`, ...program]
    : ["-l", ...(account === ROOT ? [] : ["-U", account]), String(jid), ...program];
}
