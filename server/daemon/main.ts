import { join } from "node:path";
import { KnastError } from "../contract/errors.ts";
import { Audit } from "./audit/audit.ts";
import { jailIdOf } from "./audit/jail-id.ts";
import { noteView } from "./audit/of-reading.ts";
import { endOf } from "./audit/of-verb.ts";
import type { Daemon } from "./daemon.ts";
import { environmentProblem } from "./env/env.ts";
import { type Options, parseOptions, UsageError } from "./env/options.ts";
import { handoverPath, nativeHandover } from "../handover/native.ts";
import { createTaker } from "../handover/take.ts";
import { answersAt, listenAt } from "./host/listen.ts";
import { realPath } from "./host/disk.ts";
import { prepareHost } from "./host/prepare.ts";
import { findProgram } from "./host/programs.ts";
import { createRunner } from "./host/run.ts";
import { HostView } from "./jails/host-view.ts";
import { shellFor } from "./jails/open-terminal.ts";
import { Reservations } from "./jails/reservations.ts";
import { jailpingChild } from "./jailping/child.ts";
import { readJailping } from "./jailping/configure.ts";
import { Jailping } from "./jailping/service.ts";
import { Jobs } from "./jobs/jobs.ts";
import { JobStore } from "./jobs/job-store.ts";
import { Journal } from "./jobs/journal.ts";
import { Locks, Mutex } from "./jobs/locks.ts";
import { Scheduler } from "./jobs/scheduler.ts";
import { createLog } from "./log.ts";
import { ARCHIVE_SCHEDULE, archiveByPlan } from "./archives/archive-plan.ts";
import { PORTS_SCHEDULE } from "./ports/settings.ts";
import { updateAllPorts } from "./ports/update-ports.ts";
import { recover } from "./recover.ts";
import { createLineRouter, createRouter } from "./router.ts";
import { ShellFiles } from "./shell-files/inbox.ts";
import { createTerminals } from "./terminals/terminals.ts";

/** A running job gets this long when knastd is told to end; the journal knows what is left of it. */
const LAST_WORDS = 10_000;

// With a listener of ours Node opens no inspector at this signal: it would be a door into a root process.
process.on("SIGUSR1", () => {});
// Whoever reads the log may go away; the jails' daemon stays.
process.stderr.on("error", () => {});
process.stdout.on("error", () => {});

const log = createLog((line) => process.stderr.write(line));

function die(sentence: string): never {
  process.stderr.write(`knastd: ${sentence}\n`);
  process.exit(1);
}

async function makeDaemon(options: Options): Promise<Daemon> {
  const run = createRunner(options.programs, options.hurry);
  const view = new HostView(run, options);
  const store = new JobStore(join(options.state, "jobs"));
  await store.load();
  const audit = new Audit(join(options.state, "audit"), log);
  await audit.open();
  const jexec = await findProgram(options.programs, "jexec").catch(() => join(options.programs[0]!, "jexec"));
  const daemon: Daemon = {
    options,
    paths: { jails: options.jails, etc: options.etc, log: options.log },
    run,
    log,
    audit,
    view,
    jobs: new Jobs(store, new Journal(join(options.state, "journal"), options.killAt), run, log, (job) =>
      audit.record(endOf(job)),
    ),
    locks: new Locks(),
    edits: new Mutex(),
    reservations: new Reservations(),
    terminals: createTerminals({
      jexec,
      run,
      shellFor: (jail) => shellFor(view, jail),
      log: (event, fields) => logTerminals(daemon, event, fields),
      viewed: ({ headers }, { id, jail, actor }, who) =>
        noteView(daemon, headers, who, { terminal: id, jail: jail.name, jailId: jail.id ?? null, account: actor }),
      limits: shellLimits(options),
    }),
    shellFiles: new ShellFiles(() => daemon),
    scheduler: new Scheduler(join(options.state, "schedule.json"), log),
    jailping: new Jailping(() => daemon),
  };
  return daemon;
}

/** Seconds become milliseconds. */
function shellLimits({ shells: { idleAfter, longest, ...numbers } }: Options) {
  return {
    ...numbers,
    ...(idleAfter === undefined ? {} : { idleAfter: idleAfter * 1000 }),
    ...(longest === undefined ? {} : { longest: longest * 1000 }),
  };
}

/** That a shell was opened the router records, as it knows from where. */
function logTerminals(daemon: Daemon, event: string, fields: Record<string, string | number | null>): void {
  daemon.log.info(event, fields);
  if (event === "terminal.end") void recordEnd(daemon, fields);
}

async function recordEnd(daemon: Daemon, fields: Record<string, string | number | null>): Promise<void> {
  const [jail, who, terminal, code] = ["jail", "actor", "terminal", "reason"].map((name) => String(fields[name]));
  const jailId = await jailIdOf(daemon, jail);
  const how = { source: "-", requestId: "-", result: "ok", ...(jailId === undefined ? {} : { jailId }) } as const;
  await daemon.audit.record({ origin: "knastd", who: who!, what: "terminal.end", ...how, jail, terminal, code });
}

/** @returns the listener for connections that are handed over, null where there can be none; then knast-web passes shells on itself */
async function takeConnections(daemon: Daemon) {
  const { socket, group } = daemon.options;
  const native = nativeHandover((why) => log.info("no handover", { why }));
  const taker = native && createTaker(native, createLineRouter(daemon));
  if (!taker) return null;
  try {
    await listenAt(taker, handoverPath(socket), group);
    return taker;
  } catch (error) {
    log.error("no handover", error);
    return null;
  }
}

async function main(): Promise<void> {
  const refused = environmentProblem();
  if (refused) die(refused);
  const options = parseOptions(process.argv.slice(2));
  process.umask(0o077);
  process.chdir("/");
  if (await answersAt(options.socket)) die(`another knastd answers at ${options.socket} already.`);
  await prepareHost(options, process.getuid?.() ?? 0);
  // The mount table names real paths: with a link on the way to the jail root nothing would be found in it.
  options.jails = await realPath(options.jails);
  const daemon = await makeDaemon(options);
  const { rest } = await recover(daemon, await daemon.jobs.journal.read());
  rest.catch((error) => log.error("recovery failed", error));
  const server = createRouter(daemon);
  await listenAt(server, options.socket, options.group);
  const taker = await takeConnections(daemon);
  // A connection that can't be accepted (no descriptor is left) is no reason to end all others.
  for (const each of [server, taker]) each?.on("error", (error) => log.error("accept failed", error));
  daemon.scheduler.register(ARCHIVE_SCHEDULE, (id) => archiveByPlan(daemon, id));
  daemon.scheduler.register(PORTS_SCHEDULE, () => updateAllPorts(daemon));
  log.info("listening", { socket: options.socket, pid: process.pid });
  readJailping(daemon).then(
    (address) => address !== null && daemon.jailping.use(address),
    (error) => log.error("jailping not started", error),
  );
  void rest.finally(() => daemon.scheduler.start()).catch(() => {});

  let ending = false;
  const end = async (signal: string) => {
    if (ending) return;
    ending = true;
    log.info("ending", { signal });
    server.close();
    taker?.close();
    daemon.scheduler.stop();
    daemon.jailping.use(null);
    await Promise.all([daemon.shellFiles.shutdown(), daemon.terminals.shutdown(), daemon.jobs.drain(LAST_WORDS)]);
    await daemon.audit.close();
    process.exit(0);
  };
  process.on("SIGTERM", () => void end("SIGTERM"));
  process.on("SIGINT", () => void end("SIGINT"));
}

// A state that nobody thought of is not one to go on in: the supervisor starts knastd again and the journal is read.
process.on("uncaughtException", (error) => {
  log.error("uncaught", error);
  process.exit(1);
});

if (process.argv[2] === "jailping") jailpingChild(process.argv[3] ?? "");
else
  main().catch((error) => {
    if (error instanceof UsageError) die(error.message);
    log.error("start failed", error);
    die(error instanceof KnastError ? error.message : "could not start; the line above says why.");
  });
