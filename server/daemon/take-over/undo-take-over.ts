import { createHash } from "node:crypto";
import { basename } from "node:path";
import { z } from "zod";
import type { Failure } from "../../contract/errors.ts";
import { KnastError } from "../../contract/errors.ts";
import { JailId, JailName } from "../../contract/names.ts";
import type { Daemon } from "../daemon.ts";
import { makeDirectory, readText, removeFile, writeAtomic } from "../host/disk.ts";
import { setAutostart } from "../jails/autostart.ts";
import type { Intent } from "../jobs/journal.ts";
import type { StepContext } from "../jobs/step.ts";

/** What the journal keeps of a take-over: of each file what it was and what it becomes, as SHA-256; null: it is not there. */
export const TakenOver = z.object({
  target: JailName,
  id: JailId,
  runsAs: z.string(),
  jid: z.number().nullable(),
  /** null: what happens at boot stays as it is */
  autostart: z.boolean().nullable(),
  files: z.array(
    z.object({ path: z.string(), before: z.string().nullable(), after: z.string().nullable(), mode: z.number() }),
  ),
});
export type TakenOver = z.infer<typeof TakenOver>;

export const hashOf = (text: string | null): string | null =>
  text === null ? null : createHash("sha256").update(text).digest("hex");

/** Where the old text of a file is kept: a directory that no rc script reads. */
export const backupDirectory = (daemon: Daemon): string => `${daemon.paths.etc}/knast-backup`;
export const backupOf = (daemon: Daemon, { target, id }: Pick<TakenOver, "target" | "id">, path: string): string =>
  `${backupDirectory(daemon)}/${target}.${id.slice(0, 8)}.${hashOf(path)!.slice(0, 8)}.${basename(path)}`;

/** Puts the old files back, the last first; one that somebody has edited since stays as he left it. Bears being done twice. */
export async function undoTakeOver(daemon: Daemon, context: StepContext, data: TakenOver): Promise<void> {
  await daemon.edits.run(async () => {
    for (const one of data.files.toReversed()) {
      const now = hashOf(await readText(one.path));
      if (now === one.before) continue;
      if (now !== one.after) {
        context.output(`${one.path} was changed by somebody else in between and is left as it is.`);
        continue;
      }
      const old = one.before === null ? null : await readText(backupOf(daemon, data, one.path));
      if (one.before !== null && old === null) throw new KnastError("internal", { cause: `no backup of ${one.path}` });
      context.output(`${one.path} is put back as it was.`);
      if (old === null) await removeFile(one.path);
      else await writeAtomic(one.path, old, { mode: one.mode });
    }
  });
  for (const one of data.files) await removeFile(backupOf(daemon, data, one.path));
  daemon.view.forget();
}

/** From this step on the jail is ours and only the end is missing. */
export const LATE: ReadonlySet<string> = new Set(["autostart", "verify"]);

/** Recovery of take-over.run: back to the old files, or on to the end when they have gone already. */
export async function recoverTakeOver(daemon: Daemon, context: StepContext, intent: Intent): Promise<Failure | null> {
  const data = TakenOver.parse(intent.data);
  if (!LATE.has(intent.step)) {
    await undoTakeOver(daemon, context, data);
    const message = "knastd was started anew while this jail was being taken over. Everything is as it was before.";
    return new KnastError("cancelled", { message }).toFailure();
  }
  await settleAutostart(daemon, context, data);
  return null;
}

/** jail_list names it as its own tool had it; under a new name the old entry goes. */
export async function settleAutostart(daemon: Daemon, context: StepContext, data: TakenOver): Promise<void> {
  daemon.view.forget();
  if (data.autostart !== null) await setAutostart(daemon, context, data.target, data.autostart);
  if (data.runsAs !== data.target) await setAutostart(daemon, context, data.runsAs, false, true);
}

export const makeBackupDirectory = (daemon: Daemon): Promise<void> => makeDirectory(backupDirectory(daemon), 0o700);
