import { VERBS, type VerbName } from "../contract/daemon.ts";
import { ARCHIVE_HANDLERS } from "./archives/handlers.ts";
import { AUDIT_HANDLERS } from "./audit/handlers.ts";
import { BASE_HANDLERS } from "./base/handlers.ts";
import { CHECK_UP_HANDLERS } from "./check-up/handlers.ts";
import { FLAVOUR_HANDLERS } from "./flavours/handlers.ts";
import type { Handlers } from "./handlers.ts";
import { createJail } from "./jails/create-jail.ts";
import { destroyJail } from "./jails/destroy-jail.ts";
import { listJails } from "./jails/list-jails.ts";
import { listProcesses } from "./jails/list-processes.ts";
import { openTerminal, shellChoices } from "./jails/open-terminal.ts";
import { planNewJail } from "./jails/plan-jail.ts";
import { restartJail } from "./jails/restart-jail.ts";
import { showJail } from "./jails/show-jail.ts";
import { signalProcess } from "./jails/signal-process.ts";
import { startJail } from "./jails/start-jail.ts";
import { stopJail } from "./jails/stop-jail.ts";
import { JAILPING_HANDLERS } from "./jailping/handlers.ts";
import { LIMIT_HANDLERS } from "./limits/handlers.ts";
import { configureHost } from "./machine/host-configure.ts";
import { hostInfo } from "./machine/host-info.ts";
import { MOUNT_HANDLERS } from "./mounts/handlers.ts";
import { ORDER_HANDLERS } from "./order/handlers.ts";
import { PORTS_HANDLERS } from "./ports/handlers.ts";
import { RECORDING_HANDLERS } from "./recordings/handlers.ts";
import { SETTINGS_HANDLERS } from "./settings/handlers.ts";
import { SHELL_FILE_HANDLERS } from "./shell-files/handlers.ts";
import { SNAPSHOT_HANDLERS } from "./snapshots/handlers.ts";
import { TAKE_OVER_HANDLERS } from "./take-over/handlers.ts";
import { TOGETHER_HANDLERS } from "./terminals/together.ts";
import { UPLOAD_HANDLERS } from "./uploads/handlers.ts";

/** Every verb of the contract and the file that does it; job.follow streams and is the router's own. */
export const HANDLERS: Handlers<Exclude<VerbName, "job.follow">> = {
  "host.info": hostInfo,
  "host.configure": configureHost,
  "jail.list": listJails,
  "jail.show": showJail,
  "jail.plan": (daemon, spec) => planNewJail(daemon, spec),
  "jail.create": createJail,
  "jail.start": startJail,
  "jail.stop": stopJail,
  "jail.restart": restartJail,
  "jail.destroy": destroyJail,
  "jail.processes": listProcesses,
  "jail.signal": signalProcess,
  "job.get": async (daemon, { job }) => daemon.jobs.get(job),
  "job.list": async (daemon, { jail }) => ({ jobs: daemon.jobs.list(jail) }),
  "job.cancel": async (daemon, { job }) => {
    daemon.jobs.cancel(job);
    return {};
  },
  "terminal.open": openTerminal,
  "terminal.list": async (daemon, { name }) => ({
    terminals: daemon.terminals.list(name),
    ended: daemon.terminals.ended(name),
  }),
  "terminal.close": async (daemon, { terminal, reason }) => {
    daemon.terminals.close(terminal, reason);
    return {};
  },
  ...TOGETHER_HANDLERS,
  ...RECORDING_HANDLERS,
  "terminal.choices": shellChoices,
  "terminal.name": async (daemon, { terminal, name }) => {
    daemon.terminals.rename(terminal, name);
    return {};
  },
  ...BASE_HANDLERS,
  ...FLAVOUR_HANDLERS,
  ...SETTINGS_HANDLERS,
  ...MOUNT_HANDLERS,
  ...LIMIT_HANDLERS,
  ...ORDER_HANDLERS,
  ...PORTS_HANDLERS,
  ...JAILPING_HANDLERS,
  ...CHECK_UP_HANDLERS,
  ...TAKE_OVER_HANDLERS,
  ...ARCHIVE_HANDLERS,
  ...SNAPSHOT_HANDLERS,
  ...UPLOAD_HANDLERS,
  ...SHELL_FILE_HANDLERS,
  ...AUDIT_HANDLERS,
};

/** Verbs that change nothing leave no record; audit.append is nothing but records. */
export const isRecorded = (verb: VerbName): boolean => VERBS[verb].kind !== "look" && verb !== "audit.append";
