/** Exit status of the command; a shell's own status takes their place. */
export const EXIT = { done: 0, failed: 1, usage: 2, token: 3, absent: 4, unreachable: 5 } as const;

/** What ends the command: one line for the person, and a status for scripts. */
export class CliFailure extends Error {
  constructor(
    message: string,
    readonly exit: number = EXIT.failed,
  ) {
    super(message);
    this.name = "CliFailure";
  }
}

export const usage = (message: string): CliFailure => new CliFailure(message, EXIT.usage);
