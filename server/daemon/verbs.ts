import type { VerbName, VerbOutput, VERBS } from "../contract/daemon.ts";
import type { z } from "zod";
import type { Call, Daemon } from "./daemon.ts";
import { createJail } from "./jails/create-jail.ts";
import { destroyJail } from "./jails/destroy-jail.ts";
import { listJails } from "./jails/list-jails.ts";
import { listProcesses } from "./jails/list-processes.ts";
import { openTerminal } from "./jails/open-terminal.ts";
import { planNewJail } from "./jails/plan-jail.ts";
import { restartJail } from "./jails/restart-jail.ts";
import { showJail } from "./jails/show-jail.ts";
import { startJail } from "./jails/start-jail.ts";
import { stopJail } from "./jails/stop-jail.ts";
import { configureHost } from "./machine/host-configure.ts";
import { hostInfo } from "./machine/host-info.ts";
import { installBaseJob } from "./machine/install-base-job.ts";

/** job.follow streams and is the router's own. */
type Answered = Exclude<VerbName, "job.follow">;
type Parsed<V extends VerbName> = z.output<(typeof VERBS)[V]["input"]>;
type Handler<V extends VerbName> = (daemon: Daemon, input: Parsed<V>, call: Call) => Promise<VerbOutput<V>>;

/** Every verb of the contract and the file that does it. */
export const HANDLERS: { [V in Answered]: Handler<V> } = {
  "host.info": hostInfo,
  "host.configure": configureHost,
  "base.install": installBaseJob,
  "jail.list": listJails,
  "jail.show": showJail,
  "jail.plan": (daemon, spec) => planNewJail(daemon, spec),
  "jail.create": createJail,
  "jail.start": startJail,
  "jail.stop": stopJail,
  "jail.restart": restartJail,
  "jail.destroy": destroyJail,
  "jail.processes": listProcesses,
  "job.get": async (daemon, { job }) => daemon.jobs.get(job),
  "job.list": async (daemon, { jail }) => ({ jobs: daemon.jobs.list(jail) }),
  "terminal.open": openTerminal,
  "terminal.list": async (daemon, { name }) => ({ terminals: daemon.terminals.list(name) }),
  "terminal.close": async (daemon, { terminal }) => {
    daemon.terminals.close(terminal);
    return {};
  },
};

/** Verbs that change nothing: no audit line. */
export const READ_ONLY: ReadonlySet<VerbName> = new Set([
  "host.info",
  "jail.list",
  "jail.show",
  "jail.plan",
  "jail.processes",
  "job.get",
  "job.list",
  "job.follow",
  "terminal.list",
]);
