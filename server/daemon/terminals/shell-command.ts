import type { ShellCommand } from "../../contract/terminal.ts";

/** Nothing is echoed until whoever opened it has attached and said so by a line. */
const WAIT = `printf '\\006'; read -r go`;

/** Its terminal is a person's. */
const ON_TERMINAL = `stty -echo; ${WAIT}; stty echo; exec "$@"`;

/**
 * It prints into a pipe, so that it neither colours nor pages, and what comes out of that goes through the terminal as it is; its
 * own exit status comes by a pipe of its own (4), as sh(1) knows only that of cat(1).
 */
const PLAIN = `stty -opost -echo -icrnl -ixon; ${WAIT}; exec 3>&1 2>/dev/null
s=$( { { (exec 2>&1 3>&- 4>&-; exec "$@"); echo $? >&4; } | cat >&3 3>&- 4>&-; } 4>&1 )
exit "$s"`;

/**
 * @param path of the shell in the jail
 * @returns a program of the jail and its arguments, which run a command by that shell's -c; the command is one argument, and part of no script of ours
 */
export const commandArgs = (path: string, { text, plain }: ShellCommand): string[] => [
  ...["/bin/sh", "-c", plain ? PLAIN : ON_TERMINAL, "sh"],
  ...[path, "-c", text],
];
