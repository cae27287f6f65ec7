import type { SNAPSHOT_VERBS } from "../../contract/snapshot.ts";
import type { Handlers } from "../handlers.ts";
import { listSnapshots } from "./dataset.ts";
import { rollBack } from "./roll-back.ts";
import { removeSnapshot, takeSnapshot } from "./take-snapshot.ts";

export const SNAPSHOT_HANDLERS: Handlers<keyof typeof SNAPSHOT_VERBS> = {
  "jail.snapshots": listSnapshots,
  "snapshot.take": takeSnapshot,
  "snapshot.remove": removeSnapshot,
  "snapshot.rollback": rollBack,
};
