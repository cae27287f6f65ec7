import { z } from "zod";
import { ArchivePlan, ArchivePlanForm } from "../archive-plan.ts";
import { Archive, Arrival } from "../archive.ts";
import { JailPlan, JailSpec, Process } from "../jail.ts";
import { JailLimits } from "../limits.ts";
import { JailMounts, MountSources, MountsForm } from "../mounts.ts";
import {
  CreateJailForm,
  DestroyJailForm,
  JailNameOnly,
  JailRoom,
  JailRow,
  LimitsForm,
  OwnJailSettings,
  SignalForm,
} from "../panel.ts";
import { ConfigureForm, PlanSettingsForm, SettingsPlan } from "../settings.ts";
import { JailSnapshots, RollBackForm, SnapshotForm } from "../snapshot.ts";
import { Nothing } from "../verb.ts";
import { call, create, type Endpoint, events, job, look } from "./endpoint.ts";

const Rows = z.strictObject({ jails: z.array(JailRow) });

export const JAILS_API = {
  "jails.list": look("GET /jails", "see", "The jails that you may see.", Nothing, Rows),
  "jails.watch": events("GET /live", "see", "The same whenever they change.", Nothing, Rows),
  "jails.show": look("GET /jails/{name}", "see", "A jail: state, files, parameters, rights.", JailNameOnly, JailRoom),
  "jails.plan": look("POST /jail-plan", "admin", "What making a jail would write and run.", JailSpec, JailPlan),
  "jails.create": job("POST /jails", "admin", "Makes a jail; its owner gets it when the job is done.", CreateJailForm),
  "jails.destroy": job("DELETE /jails/{name}", "admin", "Destroys a stopped jail for good.", DestroyJailForm),
  "jails.start": job("POST /jails/{name}/start", "power", "Starts a jail.", JailNameOnly),
  "jails.stop": job("POST /jails/{name}/stop", "power", "Stops a jail.", JailNameOnly),
  "jails.restart": job("POST /jails/{name}/restart", "power", "Stops a jail, if it runs, and starts it.", JailNameOnly),
  "jails.clone": job(
    "POST /jails/{name}/clone",
    "admin",
    "Makes another jail with the same files.",
    z.strictObject({ ...JailNameOnly.shape, as: Arrival }),
  ),
  "jails.processes": look(
    "GET /jails/{name}/processes",
    "processes",
    "The processes of a running jail.",
    JailNameOnly,
    z.strictObject({ processes: z.array(Process) }),
  ),
  "jails.signal": call(
    "POST /jails/{name}/processes/{pid}/signal",
    "processes",
    "Sends a signal to one process.",
    SignalForm,
    null,
  ),
  "jails.limits": look("GET /jails/{name}/limits", "processes", "Its limits and its use.", JailNameOnly, JailLimits),
  "jails.set-limits": job("PUT /jails/{name}/limits", "admin", "Sets all its limits: null is no limit.", LimitsForm),
  "jails.settings": look("GET /jails/{name}/settings", "settings", "Its settings.", JailNameOnly, OwnJailSettings),
  "jails.plan-settings": look(
    "POST /jails/{name}/settings/plan",
    "settings",
    "What a change of its settings would write.",
    PlanSettingsForm,
    SettingsPlan,
  ),
  "jails.configure": job("PUT /jails/{name}/settings", "settings", "Changes its settings.", ConfigureForm),
  "jails.mounts": look(
    "GET /jails/{name}/mounts",
    "admin",
    "Directories of the host that it sees, and those that it could.",
    JailNameOnly,
    z.strictObject({ mounts: JailMounts, sources: MountSources }),
  ),
  "jails.set-mounts": job("PUT /jails/{name}/mounts", "admin", "Sets them; a running jail is restarted.", MountsForm),
  "jails.clean-ports": job(
    "POST /jails/{name}/clean-ports",
    "power",
    "Removes what builds have left in its /var/ports.",
    JailNameOnly,
  ),
  "jails.snapshots": look("GET /jails/{name}/snapshots", "power", "Its snapshots.", JailNameOnly, JailSnapshots),
  "jails.take-snapshot": create(
    "POST /jails/{name}/snapshots",
    "power",
    "Takes a snapshot.",
    SnapshotForm,
    JailSnapshots,
  ),
  "jails.remove-snapshot": call(
    "DELETE /jails/{name}/snapshots/{snapshot}",
    "power",
    "Removes a snapshot.",
    SnapshotForm,
    JailSnapshots,
  ),
  "jails.roll-back": job(
    "POST /jails/{name}/snapshots/{snapshot}/roll-back",
    "admin",
    "Puts a stopped jail's files back to a snapshot.",
    RollBackForm,
  ),
  "jails.archives": look(
    "GET /jails/{name}/archives",
    "archive",
    "Its archives.",
    JailNameOnly,
    z.strictObject({ archives: z.array(Archive) }),
  ),
  "jails.archive": job("POST /jails/{name}/archives", "archive", "Archives a jail.", JailNameOnly),
  "jails.archive-plan": look(
    "GET /jails/{name}/archive-plan",
    "archive",
    "When it is archived by itself.",
    JailNameOnly,
    z.strictObject({ plan: ArchivePlan.nullable() }),
  ),
  "jails.plan-archives": call(
    "PUT /jails/{name}/archive-plan",
    "archive",
    "Sets when it is archived by itself; null ends it.",
    ArchivePlanForm,
    z.strictObject({ plan: ArchivePlan.nullable() }),
  ),
} as const satisfies Record<string, Endpoint>;
