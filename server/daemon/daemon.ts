import type { Audit } from "./audit/audit.ts";
import type { HostPaths } from "./conf/paths.ts";
import type { Options } from "./env/options.ts";
import type { Run } from "./host/run.ts";
import type { HostView } from "./jails/host-view.ts";
import type { Reservations } from "./jails/reservations.ts";
import type { Jobs } from "./jobs/jobs.ts";
import type { Locks, Mutex } from "./jobs/locks.ts";
import type { Jailping } from "./jailping/service.ts";
import type { Scheduler } from "./jobs/scheduler.ts";
import type { Log } from "./log.ts";
import type { ShellFiles } from "./shell-files/inbox.ts";
import type { Terminals } from "./terminals/terminals.ts";

/** What every verb works with. Made once, in main.ts. */
export type Daemon = {
  options: Options;
  paths: HostPaths;
  run: Run;
  log: Log;
  audit: Audit;
  view: HostView;
  jobs: Jobs;
  locks: Locks;
  /** edits of rc.conf and jail.conf, one after the other */
  edits: Mutex;
  /** what jails that are being created will use */
  reservations: Reservations;
  terminals: Terminals;
  /** files on their way into jails and out of them */
  shellFiles: ShellFiles;
  /** what happens by itself; kinds are registered in main.ts */
  scheduler: Scheduler;
  jailping: Jailping;
};

/** Who calls: the account for the audit trail and the idempotency key. */
export type Call = { actor: string; key: string | null };
