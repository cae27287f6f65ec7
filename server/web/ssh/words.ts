import { KnastError } from "../../contract/errors.ts";
import type { EndReason, TerminalInfo } from "../../contract/terminal.ts";
import { shownId } from "../../services/terminals/find-for-ssh.ts";

/** What is told beside a shell's own output, each a line of its own. */
export const WORDS = {
  badCommand: "A command has 1 to 8192 characters.",
  newOnly: "A command begins a shell of its own: leave out what stands behind the jail's name.",
  noTerminal: "A shell here needs a terminal: ssh -t.",
  settle: "Set up a second factor first: sign in to the panel in a browser, it shows you how. Then come back.",
  ended: "Your access has ended.",
  lost: "The line to the shell was lost. If the jail runs on, the shell does too: come back to it with +last behind the jail's name.",
  failed: "Something went wrong here.",
} as const;

const ENDS: Record<EndReason, string | null> = {
  exited: null,
  closed: "The shell was closed.",
  "jail-stopped": "The jail was stopped.",
  "ended-by-admin": "The admin has ended this shell.",
  "account-ended": WORDS.ended,
  "access-ended": "You may not enter this jail any more.",
  idle: "The shell was ended: nothing happened in it for too long.",
  "too-long": "The shell was ended: it was open for longer than any may be.",
  "daemon-stopped": "The shells of this host have ended.",
  // A guest comes by a browser.
  "sharing-ended": null,
};

/** @returns null when there is nothing to add to what the person did himself */
export const endWords = (reason: EndReason): string | null => ENDS[reason];

/** Said before a new shell, so that its person finds back to it. */
export const backWords = (shell: TerminalInfo): string =>
  `If the line breaks this shell goes on. Log in as ${shell.jail}+${shownId(shell)} to come back to it.`;

/** @returns the sentences for what did not work, with the shells that there are where one of them may be meant */
export function failureWords(error: unknown, shells: TerminalInfo[]): string[] {
  if (!(error instanceof KnastError)) return [WORDS.failed];
  const open = shells.map(
    (shell, i) => `  ${shell.jail}+${i + 1} or ${shell.jail}+${shownId(shell)}, open since ${shell.startedAt}`,
  );
  return open.length > 0 ? [error.message, "Your shells in this jail:", ...open] : [error.message];
}
