import { closeSync, constants, createReadStream, openSync, writeSync } from "node:fs";
import { createInterface } from "node:readline";

/** A file that only grows, line by line. Errors (a full disk) end the writing and are kept, they never reach the caller. */
export class AppendLog {
  #fd: number | null = null;
  failed: unknown = null;

  constructor(path: string) {
    try {
      const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;
      this.#fd = openSync(path, flags, 0o600);
    } catch (error) {
      this.failed = error;
    }
  }

  write(line: string): void {
    if (this.#fd === null) return;
    try {
      writeSync(this.#fd, `${line}\n`);
    } catch (error) {
      this.failed = error;
      this.close();
    }
  }

  close(): void {
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = null;
  }
}

/** Lines of such a file; nothing when there is none. */
export async function* readLines(path: string): AsyncGenerator<string> {
  const input = createReadStream(path, { encoding: "utf8" });
  const lines = createInterface({ input, crlfDelay: Infinity });
  let failed: NodeJS.ErrnoException | null = null;
  input.on("error", (error) => {
    failed = error;
    lines.close();
  });
  try {
    yield* lines;
  } finally {
    input.destroy();
  }
  if (failed && (failed as NodeJS.ErrnoException).code !== "ENOENT") throw failed;
}
