import type { HostPaths } from "./conf/paths.ts";
import type { Options } from "./env/options.ts";
import type { Run } from "./host/run.ts";
import type { HostView } from "./jails/host-view.ts";
import type { Reservations } from "./jails/reservations.ts";
import type { Jobs } from "./jobs/jobs.ts";
import type { Locks, Mutex } from "./jobs/locks.ts";
import type { Log } from "./log.ts";
import type { Terminals } from "./terminals/terminals.ts";

/** What every verb works with. Made once, in main.ts. */
export type Daemon = {
  options: Options;
  paths: HostPaths;
  run: Run;
  log: Log;
  view: HostView;
  jobs: Jobs;
  locks: Locks;
  /** edits of rc.conf and jail.conf, one after the other */
  edits: Mutex;
  /** what jails that are being created will use */
  reservations: Reservations;
  terminals: Terminals;
};

/** Who calls: the account for the audit line and the idempotency key. */
export type Call = { actor: string; key: string | null };
