import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestHost } from "./dev-host.ts";

/** How a program of the host can go wrong, as a script that stands in its place; null: it is not there. */
export const FAULTS = {
  "is missing": null,
  fails: "echo 'words of the tool: /secret/path' >&2; echo 'words of the tool'; exit 1",
  hangs: "echo 'words of the tool'; exec sleep 1000",
  "is killed": "echo 'words of the tool'; kill -9 $$",
  "prints garbage": "printf '\\000\\377{words of the tool\\033[31m\\n\\n,,;;\\t%s\\n' \"$*\"; exit 0",
  "prints 2 GB": "yes 'words of the tool, again and again and again and again and again' | head -c 2147483648; exit 0",
} as const satisfies Record<string, string | null>;
export type Fault = keyof typeof FAULTS;

/** Where knastd finds its programs: links to the host's own, and before them those that go wrong, changed while it runs. */
export class FaultyTools {
  readonly #sound: string;
  readonly #faulty: string;
  readonly #log: string;
  readonly names: readonly string[];

  constructor(private readonly host: TestHost) {
    this.#sound = join(host.host.state, "sound");
    this.#faulty = join(host.host.state, "faulty");
    this.#log = join(host.host.state, "faulty.log");
    this.names = readdirSync(host.host.bin);
    for (const directory of [this.#sound, this.#faulty]) mkdirSync(directory);
    this.mend();
  }

  /** for startKnastd: one that goes wrong may take a moment only, or one that hangs would take minutes */
  get options(): string[] {
    return ["--programs", `${this.#faulty}:${this.#sound}`, "--hurry", `${this.#faulty}=1000`];
  }

  #put(name: string, script: string): void {
    const path = join(this.#faulty, name);
    writeFileSync(path, `#!/bin/sh\nPATH=/usr/bin:/bin\n${script}\n`);
    chmodSync(path, 0o755);
  }

  break(name: string, fault: Fault): void {
    const script = FAULTS[fault];
    if (script === null) rmSync(join(this.#sound, name));
    else this.#put(name, script);
  }

  mend(names: readonly string[] = this.names): void {
    for (const name of names) {
      rmSync(join(this.#faulty, name), { force: true });
      rmSync(join(this.#sound, name), { force: true });
      symlinkSync(join(this.host.host.bin, name), join(this.#sound, name));
    }
  }

  /** @returns the names of the programs that are started while `work` goes on */
  async usedBy(work: () => Promise<unknown>): Promise<string[]> {
    writeFileSync(this.#log, "");
    for (const name of this.names)
      this.#put(name, `echo ${name} >>${this.#log}\nexec ${join(this.host.host.bin, name)} "$@"`);
    try {
      await work();
    } finally {
      this.mend();
    }
    return [...new Set(readFileSync(this.#log, "utf8").split("\n").filter(Boolean))].sort();
  }
}
