import type { JAILS_API } from "../../contract/api/jails.ts";
import { cloneJail, createArchive } from "../archives/keep-archives.ts";
import { listJailArchives } from "../archives/find-archive.ts";
import { planArchives, showArchivePlan } from "../archives/plan-archives.ts";
import { configureJail, planSettings, readSettings } from "../jails/change-settings.ts";
import { createJail } from "../jails/create-jail.ts";
import { destroyJail } from "../jails/destroy-jail.ts";
import { listJails } from "../jails/list-jails.ts";
import { listProcesses } from "../jails/list-processes.ts";
import { planJail } from "../jails/plan-jail.ts";
import { restartJail } from "../jails/restart-jail.ts";
import { showJail } from "../jails/show-jail.ts";
import { signalProcess } from "../jails/signal-process.ts";
import { startJail } from "../jails/start-jail.ts";
import { stopJail } from "../jails/stop-jail.ts";
import { setLimits } from "../limits/set-limits.ts";
import { showLimits } from "../limits/show-limits.ts";
import { setMounts } from "../mounts/set-mounts.ts";
import { showMounts } from "../mounts/show-mounts.ts";
import { cleanPorts } from "../ports/clean-ports.ts";
import { listSnapshots, removeSnapshot, rollBack, takeSnapshot } from "../snapshots/keep-snapshots.ts";
import type { Handlers } from "./call.ts";
import { jailEvents } from "./streams.ts";

export const JAILS: Handlers<typeof JAILS_API> = {
  "jails.list": async (ctx) => ({ jails: await listJails(ctx) }),
  "jails.watch": jailEvents,
  "jails.show": showJail,
  "jails.plan": planJail,
  "jails.create": createJail,
  "jails.destroy": destroyJail,
  "jails.start": startJail,
  "jails.stop": stopJail,
  "jails.restart": restartJail,
  "jails.clone": cloneJail,
  "jails.processes": async (ctx, input) => ({ processes: await listProcesses(ctx, input) }),
  "jails.signal": signalProcess,
  "jails.limits": showLimits,
  "jails.set-limits": setLimits,
  "jails.settings": readSettings,
  "jails.plan-settings": planSettings,
  "jails.configure": configureJail,
  "jails.mounts": showMounts,
  "jails.set-mounts": setMounts,
  "jails.clean-ports": cleanPorts,
  "jails.snapshots": listSnapshots,
  "jails.take-snapshot": takeSnapshot,
  "jails.remove-snapshot": removeSnapshot,
  "jails.roll-back": rollBack,
  "jails.archives": async (ctx, input) => ({ archives: await listJailArchives(ctx, input) }),
  "jails.archive": createArchive,
  "jails.archive-plan": showArchivePlan,
  "jails.plan-archives": planArchives,
};
