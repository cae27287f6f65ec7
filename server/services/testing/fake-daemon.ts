import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type VerbName, VERBS } from "../../contract/daemon.ts";
import type { AuditEntry } from "../../contract/audit.ts";
import { KnastError } from "../../contract/errors.ts";
import type { JailSummary } from "../../contract/jail.ts";
import type { Job, JobEvent } from "../../contract/job.ts";
import type { Limits } from "../../contract/limits.ts";
import type { Recording } from "../../contract/recording.ts";
import type { CloseReason, EndedTerminal, TerminalInfo } from "../../contract/terminal.ts";
import type { Share } from "../../contract/together.ts";

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
    drift: false,
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
    cancellable: false,
    ...over,
  };
}

export function terminal(of: JailSummary, actor: string): TerminalInfo {
  const startedAt = new Date().toISOString();
  const rest = {
    shell: "/bin/csh",
    account: "root",
    name: null,
    note: null,
    startedAt,
    lastOutputAt: null,
    lastInputAt: null,
    title: null,
    lastLine: "",
    viewers: 0,
    cols: 80,
    rows: 24,
  };
  return { terminal: hexId(), jail: of.name, jid: 1, actor, ...rest };
}

export type Heard = { verb: VerbName; input: unknown; actor: string; key: string | undefined };

/**
 * A server that speaks knastd's contract to the letter over a Unix socket and keeps jails, jobs and terminals as values:
 * input and reply are parsed strictly, so that a service which leaves the contract fails here.
 * @param at where the socket is; in a directory of its own when nothing is said
 */
export async function fakeDaemon(at?: string) {
  const dir = mkdtempSync(join(tmpdir(), "knast-services-"));
  const socket = at ?? join(dir, "knastd.sock");
  const world = {
    jails: [] as JailSummary[],
    jobs: [] as Job[],
    terminals: [] as TerminalInfo[],
    ended: [] as EndedTerminal[],
    /** shells that have guests */
    shares: [] as Share[],
    recordings: [] as Recording[],
    /** by jail, as rctl.conf(5) has them */
    limits: {} as Record<string, Limits>,
    /** by jail */
    depend: {} as Record<string, string[]>,
    events: new Map<string, JobEvent[]>(),
    /** whether job.follow stays open after the events that there are, as of a job that goes on */
    goesOn: false,
    heard: [] as Heard[],
    /** set to answer a verb otherwise */
    answer: {} as Partial<Record<VerbName, (input: never) => unknown>>,
    /** set to be what a GET gets, which then goes on without an end */
    file: null as Buffer | null,
    /** what the panel had recorded; it is not `heard` */
    recorded: [] as AuditEntry[],
    /** of the verbs that were heard */
    headers: [] as IncomingHttpHeaders[],
    /** what was asked for that is no verb: archives, pieces of uploads, upgrades to shells */
    paths: [] as string[],
    /** set to be a shell for whoever attaches */
    attach: null as ((request: IncomingMessage, peer: Socket, head: Buffer) => void) | null,
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
    "jail.set-limits": (input: { name: string }) => (known(input.name), start("jail.set-limits", input.name)),
    "limits.list": () => ({
      holds: true,
      jails: Object.entries(world.limits).map(([name, limits]) => ({ name, limits })),
    }),
    "host.order": () => ({
      enabled: true,
      list: null,
      reverseStop: false,
      parallelStart: false,
      jails: world.jails.map(({ name, id, state, autostart }) => ({
        name,
        id,
        running: state === "running",
        atBoot: autostart,
        depend: world.depend[name] ?? [],
        absent: [],
      })),
      rows: [world.jails.filter((each) => each.autostart).map((each) => each.name)],
      cycles: [],
      digest: "0".repeat(64),
    }),
    "host.start-all": () => start("host.start-all", null),
    "audit.list": () => ({ records: [], next: null }),
    "audit.verify": () => ({ records: 0, files: 0, problem: null }),
    "jail.processes": () => ({ processes: [] }),
    "job.get": (input: { job: string }) => find(input.job),
    "job.list": (input: { jail?: string }) => ({
      jobs: world.jobs.filter((each) => input.jail === undefined || each.jail === input.jail),
    }),
    "terminal.open": (input: { name: string; shell?: string; account?: string }) => {
      const made = terminal(
        world.jails.find((each) => each.name === input.name)!,
        world.heard.at(-1)!.actor,
      );
      made.shell = input.shell ?? made.shell;
      made.account = input.account ?? made.account;
      world.terminals.push(made);
      return made;
    },
    "terminal.choices": () => ({
      shells: ["/bin/sh", "/bin/csh"],
      accounts: ["root", "anna", "www"].map((name, i) => {
        const mayLogIn = name !== "www";
        return { name, uid: i, shell: mayLogIn ? "/bin/csh" : "/usr/sbin/nologin", mayLogIn };
      }),
    }),
    "terminal.name": (input: { terminal: string; name: string | null }) => {
      const named = world.terminals.find((each) => each.terminal === input.terminal);
      if (!named) throw new KnastError("not_found");
      named.name = input.name;
      return {};
    },
    "terminal.list": () => ({ terminals: world.terminals, ended: world.ended }),
    "terminal.shares": () => ({ shares: world.shares }),
    "recording.list": () => ({ recordings: world.recordings }),
    "terminal.close": (input: { terminal: string; reason?: CloseReason }) => {
      const endedAt = new Date().toISOString();
      for (const { terminal, jail, jid, actor, shell, account, startedAt } of world.terminals)
        if (terminal === input.terminal) {
          const how = { status: null, signal: null, reason: input.reason ?? ("closed" as const) };
          world.ended.unshift({ terminal, jail, jid, actor, shell, account, startedAt, endedAt, ...how });
        }
      world.terminals = world.terminals.filter((each) => each.terminal !== input.terminal);
      return {};
    },
  };

  const server = createServer((request, response) => {
    void (async () => {
      try {
        if (request.method !== "POST") {
          world.paths.push(request.url!);
          world.headers.push(request.headers);
          if (world.file) return void response.writeHead(200).write(world.file);
          throw new KnastError("incomplete");
        }
        const verb = request.url?.replace("/v1/", "") as VerbName;
        const input = VERBS[verb].input.parse(JSON.parse(await bodyOf(request)));
        if (verb === "audit.append") {
          world.recorded.push(...(input as { entries: AuditEntry[] }).entries);
          response.writeHead(200, { "content-type": "application/json" });
          return response.end("{}");
        }
        const key = request.headers["idempotency-key"] as string | undefined;
        world.headers.push(request.headers);
        world.heard.push({ verb, input, actor: String(request.headers["knast-actor"]), key });
        if (verb === "job.follow") {
          const { job: id, after } = input as { job: string; after: number };
          const lines = (world.events.get(find(id).id) ?? []).filter((event) => event.seq > after);
          response.writeHead(200, { "content-type": "application/x-ndjson" });
          const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
          return world.goesOn ? response.write(text) : response.end(text);
        }
        const answer = (world.answer[verb] ?? verbs[verb])!(input as never);
        response.writeHead(VERBS[verb].kind === "job" ? 202 : 200, { "content-type": "application/json" });
        response.end(JSON.stringify(world.answer[verb] ? answer : VERBS[verb].output.parse(answer)));
      } catch (error) {
        const failure = error instanceof KnastError ? error : new KnastError("internal", { cause: error });
        response.writeHead(failure.status, { "content-type": "application/json" });
        response.end(JSON.stringify(failure.toFailure("r1")));
      }
    })();
  });
  server.on("upgrade", (request, peer, head) => {
    world.paths.push(request.url!);
    if (world.attach) return world.attach(request, peer as Socket, head);
    peer.end("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
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
