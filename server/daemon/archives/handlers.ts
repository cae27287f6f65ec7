import type { ARCHIVE_VERBS } from "../../contract/archive.ts";
import type { ARCHIVE_PLAN_VERBS } from "../../contract/archive-plan.ts";
import type { HOST_ARCHIVE_VERBS } from "../../contract/host-archive.ts";
import type { Handlers } from "../handlers.ts";
import { planArchives, showArchivePlan } from "./archive-plan.ts";
import { forgetSet, listSets } from "./host-set.ts";
import { archiveHost, restoreHost } from "./whole-host.ts";
import { cloneJail } from "./clone-jail.ts";
import { createArchive } from "./create-archive.ts";
import { importArchive } from "./import-archive.ts";
import { restoreArchive, showArchive, verifyArchive } from "./restore-archive.ts";
import { listArchives, removeArchive } from "./store.ts";

export const ARCHIVE_HANDLERS: Handlers<
  keyof typeof ARCHIVE_VERBS | keyof typeof ARCHIVE_PLAN_VERBS | keyof typeof HOST_ARCHIVE_VERBS
> = {
  "host.sets": listSets,
  "host.archive": archiveHost,
  "host.restore": restoreHost,
  "host.forget-set": forgetSet,
  "jail.archive-plan": showArchivePlan,
  "jail.plan-archives": planArchives,
  "archive.list": listArchives,
  "archive.show": showArchive,
  "archive.create": createArchive,
  "archive.verify": verifyArchive,
  "archive.restore": restoreArchive,
  "archive.import": importArchive,
  "archive.remove": removeArchive,
  "jail.clone": cloneJail,
};
