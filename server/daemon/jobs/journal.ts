import { join } from "node:path";
import { z } from "zod";
import { JobId } from "../../contract/names.ts";
import type { KillPoint } from "../env/options.ts";
import { listNames, readText, removeFile, writeAtomic } from "../host/disk.ts";
import { notePid, waitForNotedPid } from "../host/pid-file.ts";

/** What knastd is about to do; enough for the next start to complete or undo it. */
export const Intent = z.strictObject({
  job: JobId,
  verb: z.string(),
  jail: z.string().nullable(),
  actor: z.string(),
  startedAt: z.string(),
  /** id of the step that has begun; its side effects may or may not have happened */
  step: z.string(),
  steps: z.array(z.string()),
  /** what the verb's own recovery needs; each verb parses its part again */
  data: z.record(z.string(), z.json()),
});
export type Intent = z.infer<typeof Intent>;

/** Intents as files STATE/journal/JOB.json, one for each job at work. */
export class Journal {
  readonly #directory: string;
  readonly #killAt: KillPoint | null;

  constructor(directory: string, killAt: KillPoint | null) {
    this.#directory = directory;
    this.#killAt = killAt;
  }

  #path(job: string, ending: "json" | "pid"): string {
    return join(this.#directory, `${JobId.parse(job)}.${ending}`);
  }

  /** On disk (fsynced) when it returns. Throws KnastError disk_full. */
  write(intent: Intent): Promise<void> {
    return writeAtomic(this.#path(intent.job, "json"), JSON.stringify(intent));
  }

  async remove(job: string): Promise<void> {
    await removeFile(this.#path(job, "json"));
    await removeFile(this.#path(job, "pid"));
  }

  /** @param pid null just before a program is started */
  notePid(job: string, pid: number | null): void {
    notePid(this.#path(job, "pid"), pid);
  }

  /** Waits for a program that the killed knastd has left at work. */
  waitForOrphan(job: string, deadline: number): Promise<boolean> {
    return waitForNotedPid(this.#path(job, "pid"), deadline);
  }

  /** @returns what a killed knastd left, oldest first; an unreadable file counts as none (it was never a whole intent) */
  async read(): Promise<Intent[]> {
    const intents: Intent[] = [];
    for (const name of (await listNames(this.#directory)) ?? []) {
      if (!name.endsWith(".json") || name.startsWith(".")) {
        if (name.endsWith(".tmp")) await removeFile(join(this.#directory, name));
        continue;
      }
      const text = await readText(join(this.#directory, name));
      const parsed = Intent.safeParse(parseJson(text ?? ""));
      if (parsed.success) intents.push(parsed.data);
      else await removeFile(join(this.#directory, name));
    }
    return intents.sort((a, b) => a.startedAt.localeCompare(b.startedAt));
  }

  /** For the kill tests: ends this process as kill -9 would, at one point of one verb. */
  async killPoint(verb: string, step: string, when: "before" | "after"): Promise<void> {
    const at = this.#killAt;
    if (at?.verb !== verb || at.step !== step || at.when !== when) return;
    process.kill(process.pid, "SIGKILL");
    await new Promise(() => {});
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
