import { setTimeout as later } from "node:timers/promises";
import { JobEvent } from "../contract/job.ts";
import { API_ROOT } from "../contract/api/table.ts";
import { type Client, unreachable } from "./client.ts";
import type { Typed } from "./command.ts";
import { CliFailure, EXIT } from "./failure.ts";
import { bytes, plain } from "./print.ts";

/** How often the stream is asked for again that broke without an end. */
const TRIES = 60;

/** A job's events from the beginning to its end; a stream that breaks goes on after the last one (Last-Event-ID). */
export async function* jobEvents(client: Client, job: string): AsyncGenerator<JobEvent> {
  let last = -1;
  let reached = false;
  for (let left = TRIES; left > 0; left--) {
    const path = `${API_ROOT}/jobs/${encodeURIComponent(job)}/events`;
    try {
      const response = await client.send("GET", path, last < 0 ? {} : { headers: { "last-event-id": String(last) } });
      reached = true;
      for await (const data of dataOf(response)) {
        const event = JobEvent.parse(JSON.parse(data));
        last = event.seq;
        left = TRIES;
        yield event;
        if (event.kind === "done" || event.kind === "failed") return;
      }
    } catch (error) {
      // A panel that was there and is not may be starting again.
      const away = reached && error instanceof CliFailure && error.exit === EXIT.unreachable;
      if (!away && !(error instanceof TypeError)) throw error;
    }
    await later(Math.min(250 * (TRIES - left + 1), 2000));
  }
  throw unreachable(client.config.url, new Error("the stream broke"));
}

/** @returns the data of each server-sent event */
async function* dataOf(response: Response): AsyncGenerator<string> {
  let rest = "";
  const decoder = new TextDecoder();
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    rest += decoder.decode(chunk, { stream: true });
    const blocks = rest.split("\n\n");
    rest = blocks.pop()!;
    for (const block of blocks) {
      const data = block.split("\n").filter((line) => line.startsWith("data: "));
      if (data.length > 0) yield data.map((line) => line.slice(6)).join("\n");
    }
  }
}

function lineOf(event: JobEvent): string | null {
  if (event.kind === "step") return event.command ? `${event.title}\n    ${event.command}` : event.title;
  if (event.kind === "output") return `    ${event.text}`;
  if (event.kind === "failed") return null;
  if (event.kind === "done") return "done";
  const much = (count: number) => (event.unit === "bytes" ? bytes(count) : String(count));
  return `    ${much(event.done)}${event.total === null ? "" : ` of ${much(event.total)}`}`;
}

/** Prints what a job does until it ends. @returns 0. @throws CliFailure when it failed, with its sentence */
export async function follow(client: Client, job: string, { json }: Pick<Typed, "json">): Promise<number> {
  for await (const event of jobEvents(client, job)) {
    const line = json ? JSON.stringify(event) : lineOf(event)?.split("\n").map(plain).join("\n");
    if (line) process.stdout.write(`${line}\n`);
    if (event.kind === "failed") throw new CliFailure(plain(event.failure.message));
  }
  return EXIT.done;
}

/** What commands do that start a job: they stay with it, unless one does not want to wait. */
export async function begun(to: Typed, client: Client, { job }: { job: string }): Promise<number> {
  if (!to.flag("no-wait")) return follow(client, job, to);
  to.say({ job }, job);
  return EXIT.done;
}

export const WAIT = { "no-wait": { type: "boolean" } } as const;
