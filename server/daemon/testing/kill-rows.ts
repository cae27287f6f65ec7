import { BASE_KILL_ROWS } from "../base/testing/kill-rows.ts";
import { JAIL_KILL_ROWS } from "../jails/testing/kill-rows.ts";
import { LIMIT_KILL_ROWS } from "../limits/testing/kill-rows.ts";
import { SNAPSHOT_KILL_ROWS } from "../snapshots/testing/kill-rows.ts";
import { PORTS_KILL_ROWS } from "../ports/testing/kill-rows.ts";
import { FLAVOUR_KILL_ROWS } from "../flavours/testing/kill-rows.ts";
import { MOUNT_KILL_ROWS } from "../mounts/testing/kill-rows.ts";
import { SETTINGS_KILL_ROWS } from "../settings/testing/kill-rows.ts";
import { TAKE_OVER_KILL_ROWS } from "../take-over/testing/kill-rows.ts";
import { ORDER_KILL_ROWS } from "../order/testing/kill-rows.ts";
import { ARCHIVE_KILL_ROWS } from "../archives/testing/kill-rows.ts";
import type { KillRow } from "./kill-matrix.ts";

/** Every verb that starts a job has a row here at least (kill-rows.test.ts). A noun's rows lie in its own testing/kill-rows.ts. */
export const KILL_ROWS: readonly KillRow[] = [
  ...JAIL_KILL_ROWS,
  ...BASE_KILL_ROWS,
  ...LIMIT_KILL_ROWS,
  ...PORTS_KILL_ROWS,
  // Below: one noun a line.
  ...SNAPSHOT_KILL_ROWS,
  ...FLAVOUR_KILL_ROWS,
  ...MOUNT_KILL_ROWS,
  ...SETTINGS_KILL_ROWS,
  ...TAKE_OVER_KILL_ROWS,
  ...ORDER_KILL_ROWS,
  ...ARCHIVE_KILL_ROWS,
];
