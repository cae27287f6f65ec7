import { ACCOUNT_COMMANDS } from "./account.ts";
import { ARCHIVE_COMMANDS } from "./archives.ts";
import type { Command } from "./command.ts";
import { JAIL_COMMANDS } from "./jails.ts";
import { JOB_COMMANDS } from "./jobs.ts";
import { PEOPLE_COMMANDS } from "./people.ts";
import { RAW_COMMANDS } from "./raw.ts";
import { SHELL_COMMANDS } from "./shell.ts";

/** What the command does with a panel, through its API alone. What it does on the host itself stands in local.ts. */
export const COMMANDS: readonly Command[] = [
  ...ACCOUNT_COMMANDS,
  ...JAIL_COMMANDS,
  ...JOB_COMMANDS,
  ...SHELL_COMMANDS,
  ...ARCHIVE_COMMANDS,
  ...PEOPLE_COMMANDS,
  ...RAW_COMMANDS,
];

/** @returns the command that a line begins with, the one of most words, and what follows it */
export function commandOf(argv: readonly string[]): { command: Command; rest: readonly string[] } | null {
  const found = COMMANDS.map((command) => ({ command, words: command.words.split(" ") }))
    .filter(({ words }) => words.every((word, i) => argv[i] === word))
    .toSorted((a, b) => b.words.length - a.words.length)[0];
  return found ? { command: found.command, rest: argv.slice(found.words.length) } : null;
}
