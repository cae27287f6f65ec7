import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A small repository with a branch main that stands for the ports tree. */
export class PortsRepository {
  readonly url: string;

  constructor(private readonly path: string) {
    mkdirSync(path);
    this.#git("init", "-q", "-b", "main");
    this.url = `file://${path}`;
  }

  #git(...args: string[]): string {
    const who = ["-c", "user.name=ports", "-c", "user.email=ports@example.org", "-c", "commit.gpgsign=false"];
    return execFileSync("git", [...who, "-C", this.path, ...args], { encoding: "utf8" }).trim();
  }

  /** @returns the commit's 40 digits */
  commit(file: string, text: string): string {
    mkdirSync(dirname(join(this.path, file)), { recursive: true });
    writeFileSync(join(this.path, file), text);
    this.#git("add", "-A");
    this.#git("commit", "-q", "-m", file);
    return this.#git("rev-parse", "HEAD");
  }
}
