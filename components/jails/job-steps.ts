import { formatBytes } from "@/components/ui/format.ts";
import type { Step } from "@/components/ui/steps.tsx";
import type { Failure } from "@/server/contract/errors.ts";
import type { JobEvent } from "@/server/contract/job.ts";

export type JobView = { state: "running" | "done" | "failed"; steps: Step[]; failure: Failure | null };

/**
 * What a job's events so far look like as steps.
 * @param planned titles and commands known beforehand; the events overrule them
 * @param events in the order of `seq`, each once
 */
export function viewJob(planned: { title: string; command: string | null }[], events: JobEvent[]): JobView {
  const steps: Step[] = planned.map((step) => ({ ...step, state: "todo", output: [], progress: null }));
  let at = -1;
  let state: JobView["state"] = "running";
  let failure: Failure | null = null;
  const upTo = (end: number) => {
    for (const step of steps.slice(0, end)) if (step.state !== "failed") step.state = "done";
  };
  for (const event of events) {
    const step = steps[at];
    switch (event.kind) {
      case "step":
        while (steps.length <= event.index)
          steps.push({ title: event.title, command: null, state: "todo", output: [], progress: null });
        at = event.index;
        upTo(at);
        steps[at] = { title: event.title, command: event.command, state: "now", output: [], progress: null };
        break;
      case "output":
        step?.output.push(event.text);
        break;
      case "progress":
        if (step) step.progress = progressWords(event);
        break;
      case "done":
        state = "done";
        upTo(steps.length);
        break;
      case "failed":
        state = "failed";
        failure = event.failure;
        if (step) step.state = "failed";
        break;
    }
  }
  return { state, steps, failure };
}

function progressWords({ done, total, unit }: Extract<JobEvent, { kind: "progress" }>): string {
  const show = (n: number) => (unit === "bytes" ? formatBytes(n) : String(n));
  return `${show(done)}${total === null ? "" : ` of ${show(total)}`}${unit === "files" ? " files" : ""}`;
}
