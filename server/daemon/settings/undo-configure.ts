import { basename, dirname, join } from "node:path";
import { z } from "zod";
import type { Failure } from "../../contract/errors.ts";
import { JailName } from "../../contract/names.ts";
import { jailConfFile } from "../conf/paths.ts";
import type { Daemon } from "../daemon.ts";
import { look, readText, removeFile, writeAtomic } from "../host/disk.ts";
import { setAutostart } from "../jails/autostart.ts";
import type { Intent } from "../jobs/journal.ts";
import type { StepContext } from "../jobs/step.ts";
import { interrupted } from "../recover-power.ts";
import { digestOf } from "./read-config.ts";

/** What the journal keeps of a jail.configure: the whole old file, and the new one's SHA-256. */
export const Configuring = z.object({
  name: JailName,
  before: z.string(),
  after: z.string(),
  autostart: z.boolean().nullable(),
});
export type Configuring = z.infer<typeof Configuring>;

/** The new file before its rename: beside the old one, for relative .includes, and with a name that no glob finds. */
export const scratchOf = (file: string): string => join(dirname(file), `.${basename(file)}.new`);

/** @returns whether the new file is in place */
export async function isConfigured(daemon: Daemon, data: Configuring): Promise<boolean> {
  const text = await readText(jailConfFile(daemon.paths, data.name));
  return text !== null && digestOf(text) === data.after;
}

/** Puts the old file back, unless somebody has changed the new one since. Bears being done twice. */
export async function undoConfigure(daemon: Daemon, context: StepContext, data: Configuring): Promise<void> {
  const file = jailConfFile(daemon.paths, data.name);
  await removeFile(scratchOf(file));
  if (digestOf(data.before) !== data.after && (await isConfigured(daemon, data))) {
    context.output("Putting the old config back.");
    await writeAtomic(file, data.before, { mode: (await look(file))?.mode ?? 0o600 });
  }
  if (data.autostart !== null) await setAutostart(daemon, context, data.name, !data.autostart);
  daemon.view.forget();
}

/** After a kill: the old file or the new one, whole. Not for the steps of its restart, which are a restart's. */
export async function recoverConfigure(daemon: Daemon, context: StepContext, intent: Intent): Promise<Failure | null> {
  const data = Configuring.parse(intent.data);
  if (!(await isConfigured(daemon, data))) {
    await undoConfigure(daemon, context, data);
    return interrupted("knastd was started anew before the new config was in place. Nothing was changed.");
  }
  if (data.autostart !== null) await setAutostart(daemon, context, data.name, data.autostart);
  if (!intent.steps.some((step) => step === "now" || step.startsWith("stop-"))) return null;
  return interrupted("knastd was started anew when the new config was in place. Restart the jail to apply it.");
}
