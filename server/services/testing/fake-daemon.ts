import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type VerbName, VERBS } from "../../contract/daemon.ts";
import { KnastError } from "../../contract/errors.ts";
import type { JailSummary } from "../../contract/jail.ts";
import type { Job, JobEvent } from "../../contract/job.ts";
import type { TerminalInfo } from "../../contract/terminal.ts";

export const hexId = (): string => randomBytes(16).toString("hex");

/** A jail as the daemon lists it. */
export function jail(name: string, over: Partial<JailSummary> = {}): JailSummary {
  return {
    name,
    id: hexId(),
    hostname: `${name}.example`,
    state: "stopped",
    jid: null,
    addresses: ["10.0.2.2"],
    path: `/usr/jails/${name}`,
    autostart: true,
    problem: null,
    job: null,
    runningSince: null,
    processes: 0,
    cpuPercent: 0,
    rssBytes: 0,
    ...over,
  };
}

export function job(verb: string, name: string | null, over: Partial<Job> = {}): Job {
  return {
    id: hexId(),
    verb,
    jail: name,
    jailId: null,
    actor: "anna",
    state: "running",
    startedAt: new Date().toISOString(),
    endedAt: null,
    steps: [],
    finished: 0,
    failure: null,
    ...over,
  };
}

export function terminal(of: JailSummary, actor: string): TerminalInfo {
  const startedAt = new Date().toISOString();
  const rest = { shell: "/bin/csh", note: null, startedAt, lastOutputAt: null, viewers: 0, cols: 80, rows: 24 };
  return { terminal: hexId(), jail: of.name, jid: 1, actor, ...rest };
}

export type Heard = { verb: VerbName; input: unknown; actor: string; key: string | undefined };

/**
 * A server that speaks knastd's contract to the letter over a Unix socket and keeps jails, jobs and terminals as values:
 * input and reply are parsed strictly, so that a service which leaves the contract fails here.
 */
export async function fakeDaemon() {
  const dir = mkdtempSync(join(tmpdir(), "knast-services-"));
  const socket = join(dir, "knastd.sock");
  const world = {
    jails: [] as JailSummary[],
    jobs: [] as Job[],
    terminals: [] as TerminalInfo[],
    events: new Map<string, JobEvent[]>(),
    heard: [] as Heard[],
    /** set to answer a verb otherwise */
    answer: {} as Partial<Record<VerbName, (input: never) => unknown>>,
  };
  const start = (verb: string, name: string | null) => {
    const jailId = world.jails.find((each) => each.name === name)?.id ?? null;
    const made = job(verb, name, { jailId });
    world.jobs.push(made);
    return { job: made.id };
  };
  const known = (name: string) => {
    if (!world.jails.some((each) => each.name === name)) throw new KnastError("not_found");
  };
  const find = (id: string) => {
    const found = world.jobs.find((each) => each.id === id);
    if (!found) throw new KnastError("not_found", { message: "no such job" });
    return found;
  };
  const verbs: Partial<Record<VerbName, (input: never) => unknown>> = {
    "jail.list": () => ({ jails: world.jails }),
    "jail.create": (input: { name: string }) => start("jail.create", input.name),
    "jail.start": (input: { name: string }) => (known(input.name), start("jail.start", input.name)),
    "jail.stop": (input: { name: string }) => (known(input.name), start("jail.stop", input.name)),
    "jail.restart": (input: { name: string }) => (known(input.name), start("jail.restart", input.name)),
    "jail.destroy": (input: { name: string }) => (known(input.name), start("jail.destroy", input.name)),
    "jail.processes": () => ({ processes: [] }),
    "job.get": (input: { job: string }) => find(input.job),
    "job.list": (input: { jail?: string }) => ({
      jobs: world.jobs.filter((each) => input.jail === undefined || each.jail === input.jail),
    }),
    "terminal.open": (input: { name: string; actor?: string }) => {
      const made = terminal(world.jails.find((each) => each.name === input.name)!, world.heard.at(-1)!.actor);
      world.terminals.push(made);
      return made;
    },
    "terminal.list": () => ({ terminals: world.terminals }),
    "terminal.close": (input: { terminal: string }) => {
      world.terminals = world.terminals.filter((each) => each.terminal !== input.terminal);
      return {};
    },
  };

  const server = createServer((request, response) => {
    void (async () => {
      try {
        const verb = request.url?.replace("/v1/", "") as VerbName;
        const input = VERBS[verb].input.parse(JSON.parse(await bodyOf(request)));
        const key = request.headers["idempotency-key"] as string | undefined;
        world.heard.push({ verb, input, actor: String(request.headers["knast-actor"]), key });
        if (verb === "job.follow") {
          const { job: id, after } = input as { job: string; after: number };
          const lines = (world.events.get(find(id).id) ?? []).filter((event) => event.seq > after);
          response.writeHead(200, { "content-type": "application/x-ndjson" });
          return response.end(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
        }
        const answer = (world.answer[verb] ?? verbs[verb])!(input as never);
        response.writeHead(VERBS[verb].job ? 202 : 200, { "content-type": "application/json" });
        response.end(JSON.stringify(world.answer[verb] ? answer : VERBS[verb].output.parse(answer)));
      } catch (error) {
        const failure = error instanceof KnastError ? error : new KnastError("internal", { cause: error });
        response.writeHead(failure.status, { "content-type": "application/json" });
        response.end(JSON.stringify(failure.toFailure("r1")));
      }
    })();
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return Object.assign(world, {
    dir,
    socket,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(dir, { recursive: true, force: true });
    },
  });
}
export type FakeDaemon = Awaited<ReturnType<typeof fakeDaemon>>;

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request) body += chunk;
  return body;
}
