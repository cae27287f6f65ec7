import { join } from "node:path";
import { z } from "zod";
import { JobId } from "../../contract/names.ts";
import { type KillPoint, type Options, parseKillPoint } from "../env/options.ts";
import { listNames, readText, removeFile, writeAtomic } from "../host/disk.ts";
import { notePids, waitForNotedPids } from "../host/pid-file.ts";

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

/** Bytes of an intent: it may hold a jail's whole config, before and after. */
const LARGEST = 4 * 1024 * 1024;

type Program = { pid: number | null; ended: boolean };

/** Intents as files STATE/journal/JOB.json, one for each job at work. */
export class Journal {
  readonly #directory: string;
  readonly #killAt: Options["killAt"];

  /** by job: those at work, and those that have ended since the last one began */
  readonly #programs = new Map<string, Program[]>();

  constructor(directory: string, killAt: Options["killAt"]) {
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
    this.#programs.delete(job);
    await removeFile(this.#path(job, "json"));
    await removeFile(this.#path(job, "pid"));
  }

  /**
   * Called just before a job starts a program, of which it may have several at work (start all).
   * @returns what is told its pid, and its end: it stays noted until the next one begins, as what it has started may go on
   */
  noteProgram(job: string): { spawned(pid: number): void; ended(): void } {
    const own: Program = { pid: null, ended: false };
    const programs = [...(this.#programs.get(job) ?? []).filter((one) => !one.ended), own];
    this.#programs.set(job, programs);
    const note = () => {
      const now = this.#programs.get(job) ?? [];
      if (now.includes(own))
        notePids(
          this.#path(job, "pid"),
          now.map((one) => one.pid),
        );
    };
    note();
    return { spawned: (pid) => ((own.pid = pid), note()), ended: () => void (own.ended = true) };
  }

  /** Waits for the programs that the killed knastd has left at work. */
  waitForOrphan(job: string, deadline: number): Promise<boolean> {
    return waitForNotedPids(this.#path(job, "pid"), deadline);
  }

  /** @returns what a killed knastd left, oldest first; an unreadable file counts as none (it was never a whole intent) */
  async read(): Promise<Intent[]> {
    const intents: Intent[] = [];
    for (const name of (await listNames(this.#directory)) ?? []) {
      if (!name.endsWith(".json") || name.startsWith(".")) {
        if (name.endsWith(".tmp")) await removeFile(join(this.#directory, name));
        continue;
      }
      const text = await readText(join(this.#directory, name), LARGEST);
      const parsed = Intent.safeParse(parseJson(text ?? ""));
      if (parsed.success) intents.push(parsed.data);
      else await removeFile(join(this.#directory, name));
    }
    return intents.sort((a, b) => a.startedAt.localeCompare(b.startedAt));
  }

  /** For the kill tests: ends this process as kill -9 would, at one point of one verb; its step by id or by index. */
  async killPoint({ verb, step, steps }: Intent, when: "before" | "after"): Promise<void> {
    const at = await this.#killPoint();
    if (at?.verb !== verb || at.when !== when || ![step, String(steps.indexOf(step))].includes(at.step)) return;
    process.kill(process.pid, "SIGKILL");
    await new Promise(() => {});
  }

  async #killPoint(): Promise<KillPoint | null> {
    if (this.#killAt === null || "verb" in this.#killAt) return this.#killAt;
    const text = await readText(this.#killAt.file);
    return text ? parseKillPoint(text) : null;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
