import { createHash, randomBytes } from "node:crypto";
import { KnastError, type Failure } from "../../contract/errors.ts";
import type { Job, JobEvent, JobRef } from "../../contract/job.ts";
import type { Run } from "../host/run.ts";
import type { Log } from "../log.ts";
import type { Intent, Journal } from "./journal.ts";
import type { JobStore } from "./job-store.ts";
import { failureOf, LiveJob } from "./live-job.ts";
import { type Holder, Semaphore, Semaphores } from "./locks.ts";
import type { JobPlan } from "./job-plan.ts";
import type { StepContext } from "./step.ts";

export type { JobPlan } from "./job-plan.ts";

/** Jobs that are not over, of all and of one actor. */
const MAX_WAITING = 64;
const MAX_OF_ONE = 32;

/** Begins, runs and tells of jobs. A job goes on whatever becomes of the caller. */
export class Jobs {
  readonly #live = new Map<string, LiveJob>();
  readonly #keys = new Map<string, Promise<JobRef>>();
  /** by jail: jobs whose intents stay for the next start */
  readonly #kept = new Map<string, Set<string>>();
  readonly #heavy = new Semaphore(2);
  readonly #light = new Semaphores(4);

  constructor(
    readonly store: JobStore,
    readonly journal: Journal,
    private readonly run: Run,
    private readonly log: Log,
    /** what is done about an ended job before anybody is told; it never fails */
    private readonly ended: (job: Job) => Promise<void> = async () => {},
  ) {}

  /** The same key, verb and input give the same job again, also after a restart; `begin` is called for a new one. */
  once(
    key: string | null,
    verb: string,
    input: unknown,
    begin: (key: string | null) => Promise<JobRef>,
  ): Promise<JobRef> {
    if (key === null) return begin(null);
    const digest = createHash("sha256")
      .update(JSON.stringify([key, verb, input]))
      .digest("hex");
    const known = this.store.byKey(digest);
    if (known) return Promise.resolve({ job: known.id });
    const pending = this.#keys.get(digest);
    if (pending) return pending;
    const begun = begin(digest).finally(() => this.#keys.delete(digest));
    this.#keys.set(digest, begun);
    return begun;
  }

  /** @throws KnastError too_many; the plan's locks are released then too */
  async begin(plan: JobPlan, key: string | null, holder?: Holder): Promise<JobRef> {
    const job: Job = {
      id: randomBytes(16).toString("hex"),
      verb: plan.verb,
      jail: plan.jail,
      jailId: plan.jailId,
      actor: plan.actor,
      state: "running",
      startedAt: new Date().toISOString(),
      endedAt: null,
      steps: plan.steps.map((step) => step.title),
      finished: 0,
      failure: null,
      cancellable: plan.cancellable ?? false,
    };
    if (holder) holder.job = job.id;
    try {
      const his = [...this.#live.values()].filter((live) => live.job.actor === plan.actor);
      if (this.#live.size >= MAX_WAITING || his.length >= MAX_OF_ONE) throw new KnastError("too_many");
      this.store.add(job, key);
      await this.store.save(job.id).catch((error) => {
        if (!plan.withoutIntent) throw error;
      });
    } catch (error) {
      plan.release();
      this.store.forget(job.id);
      throw error;
    }
    const live = new LiveJob(job, this.store.logPath(job.id));
    this.#live.set(job.id, live);
    const work = () => this.#work(plan, live);
    void (plan.weight === "heavy" ? this.#heavy.run(work) : this.#light.run(plan.actor, work));
    return { job: job.id };
  }

  /** Runs one job to its end and never throws. */
  async #work(plan: JobPlan, live: LiveJob): Promise<void> {
    const { job } = live;
    const intent: Intent = {
      job: job.id,
      verb: plan.verb,
      jail: plan.jail,
      actor: plan.actor,
      startedAt: job.startedAt,
      step: "",
      steps: plan.steps.map((step, index) => step.id ?? String(index)),
      data: plan.data,
    };
    const context = this.context(live, live.cancelled.signal);
    let failure: Failure | null = null;
    let halfDone = false;
    try {
      for (const [index, step] of plan.steps.entries()) {
        intent.step = intent.steps[index]!;
        if (!step.inScratch) await this.#note(plan, intent);
        if (live.cancelled.signal.aborted) throw new KnastError("cancelled");
        live.step(index, step.title, step.command);
        await this.journal.killPoint(intent, "before");
        await step.run(context);
        await this.journal.killPoint(intent, "after");
        job.finished = index + 1;
      }
    } catch (error) {
      job.cancellable = false;
      failure = failureOf(live.cancelled.signal.aborted ? new KnastError("cancelled", { cause: error }) : error);
      this.log.error("job failed", error, { job: job.id, verb: plan.verb, jail: plan.jail, step: intent.step });
      await plan.undo?.(this.context(live), intent.step).catch((cause) => {
        halfDone = true;
        live.output("Not all of it could be taken back. The next start of knastd tries again.");
        this.log.error("undo failed", cause, { job: job.id, verb: plan.verb, jail: plan.jail });
      });
    }
    await this.finish(live, failure, () => plan.release(), halfDone);
  }

  async #note(plan: JobPlan, intent: Intent): Promise<void> {
    try {
      await this.journal.write(intent);
    } catch (error) {
      if (!plan.withoutIntent || !(error instanceof KnastError) || error.code !== "disk_full") throw error;
      this.log.error("no intent written", error, { job: intent.job });
    }
  }

  /**
   * Ends a job: its state on disk, its intent gone, its locks released, and only then its last event.
   * @param keepIntent what it left could not be mended: the next start of knastd tries again
   */
  async finish(live: LiveJob, failure: Failure | null, release: () => void, keepIntent = false): Promise<void> {
    const { job } = live;
    job.state = failure ? "failed" : "done";
    job.failure = failure;
    job.endedAt = new Date().toISOString();
    job.cancellable = false;
    const warn = (what: string) => (error: unknown) => this.log.error(what, error, { job: job.id });
    await this.store.save(job.id).catch(warn("job not saved"));
    if (!keepIntent) await this.journal.remove(job.id).catch(warn("intent not removed"));
    await this.#settle(job, keepIntent).catch(warn("old intent not removed"));
    release();
    await this.ended(job);
    this.#live.delete(job.id);
    live.end(failure);
    await this.store.prune().catch(warn("old jobs not removed"));
  }

  /** A later job on the jail that does more than read it makes moot what an earlier one has left: done at the next start it would undo the later one. */
  async #settle({ id, jail, verb, state }: Job, keepIntent: boolean): Promise<void> {
    if (jail === null) return;
    const mends = verb !== "archive.create" && verb !== "archive.verify";
    const kept = this.#kept.get(jail) ?? new Set();
    if (keepIntent) this.#kept.set(jail, kept.add(id));
    if (keepIntent || state !== "done" || !mends) return;
    this.#kept.delete(jail);
    for (const old of kept) await this.journal.remove(old);
  }

  /**
   * What a step works with; everything that it runs is noted for recovery and logged.
   * @param signal ends what it runs; an undo and a recovery have none, as they must come to their end
   */
  context(live: LiveJob, signal: AbortSignal = new AbortController().signal): StepContext {
    return {
      signal,
      output: (line) => live.output(line),
      progress: (done, total, unit) => live.progress(done, total, unit),
      run: async (program, args, options = {}) => {
        const { log = true, ...rest } = options;
        const noted = this.journal.noteProgram(live.job.id);
        const result = await this.run(program, args, {
          ...rest,
          signal: rest.signal ? AbortSignal.any([signal, rest.signal]) : signal,
          spawned: noted.spawned,
          ...(log ? { log: (line: string) => live.output(line) } : {}),
        }).finally(noted.ended);
        if (signal.aborted) throw new KnastError("cancelled");
        if (result.timedOut) throw new KnastError("timed_out", { cause: `${program} ${args.join(" ")}` });
        return result;
      },
    };
  }

  /** Opens an interrupted job's log again, for recovery. */
  async reopen(id: string): Promise<LiveJob | null> {
    const job = this.store.get(id);
    if (!job) return null;
    const live = new LiveJob(job, this.store.logPath(id), await this.store.nextSeq(id));
    this.#live.set(id, live);
    return live;
  }

  /**
   * Ends what the job runs and has it taken back; nothing is changed of a job that has ended.
   * @throws KnastError not_found; forbidden for one that can't be taken back
   */
  cancel(id: string): void {
    const job = this.get(id);
    const live = this.#live.get(id);
    if (!live || live.cancelled.signal.aborted) return;
    if (!job.cancellable) throw new KnastError("forbidden", { message: "This job can't be cancelled any more." });
    live.output("Cancelled.");
    live.cancelled.abort();
  }

  isLive(id: string): boolean {
    return this.#live.has(id);
  }

  get(id: string): Job {
    const job = this.#live.get(id)?.told ?? this.store.get(id);
    if (!job) throw new KnastError("not_found");
    return job;
  }

  list(jail?: string): Job[] {
    return this.store
      .all()
      .filter((job) => jail === undefined || job.jail === jail)
      .slice(0, 200)
      .map((job) => this.#live.get(job.id)?.told ?? job);
  }

  /** Events after number `after`; ends after done or failed. */
  async *follow(id: string, after: number, signal: AbortSignal): AsyncGenerator<JobEvent> {
    const live = this.#live.get(id);
    yield* live ? live.follow(after, signal) : this.store.events(this.get(id), after);
  }

  /** Waits until no job is at work, at most `deadline` milliseconds; the journal knows what is left then. */
  async drain(deadline: number): Promise<void> {
    const end = Date.now() + deadline;
    while (this.#live.size > 0 && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
