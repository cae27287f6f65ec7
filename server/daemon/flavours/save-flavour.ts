import { randomBytes } from "node:crypto";
import { dirname } from "node:path";
import { z } from "zod";
import { KnastError, type Failure, type Problem } from "../../contract/errors.ts";
import { type Flavour, FLAVOUR_LIMITS, FlavourName } from "../../contract/flavour.ts";
import type { JobRef } from "../../contract/job.ts";
import { JailId } from "../../contract/names.ts";
import type { Call, Daemon } from "../daemon.ts";
import { look, makeDirectory, move, writeAtomic } from "../host/disk.ts";
import { scratchOf } from "../trees/new-tree.ts";
import { removeTree } from "../trees/remove-tree.ts";
import type { Intent } from "../jobs/journal.ts";
import type { Holder } from "../jobs/locks.ts";
import type { Step, StepContext } from "../jobs/step.ts";
import { builtIn } from "./built-in.ts";
import { flavourDirectory, flavoursDirectory } from "./stored.ts";

/** What the journal keeps: the name, and the id of the directory that the new one is built in. */
const Saved = z.object({ name: FlavourName, id: JailId });
type Saved = z.infer<typeof Saved>;

/**
 * Makes a flavour or replaces it as a whole: built beside, then put in place by renames.
 * Throws KnastError exists (built in), invalid with problems at fields, busy, too_many; the job fails with disk_full, internal.
 */
export async function saveFlavour(daemon: Daemon, { flavour }: { flavour: Flavour }, call: Call): Promise<JobRef> {
  const { name } = flavour;
  if (builtIn(name))
    throw new KnastError("exists", { message: `The flavour ${name} is built in. Save yours under another name.` });
  const problems = flavourProblems(flavour);
  if (problems.length > 0) throw new KnastError("invalid", { problems });
  const data: Saved = { name, id: randomBytes(16).toString("hex") };
  const holder: Holder = { verb: "flavour.save", job: null };
  const release = daemon.locks.take(holder, [`flavour:${name}`]);
  return daemon.jobs.begin(
    {
      verb: "flavour.save",
      jail: null,
      jailId: null,
      actor: call.actor,
      steps: steps(daemon, flavour, data),
      data,
      weight: "light",
      undo: (context) => takeBack(daemon, context, data),
      release,
    },
    call.key,
    holder,
  );
}

/** @returns what no single field says: files in each other's way, too much in all */
export function flavourProblems({ files, firstBoot }: Flavour): Problem[] {
  const problems: Problem[] = [];
  const paths = files.map((file) => file.path);
  for (const [i, path] of paths.entries()) {
    const problem = (message: string) => problems.push({ field: `flavour.files.${i}.path`, code: "invalid", message });
    if (paths.indexOf(path) < i) problem("This file stands here twice.");
    else if (paths.some((other) => other.startsWith(`${path}/`))) problem("Another file has this one as a directory.");
  }
  const bytes = [firstBoot, ...files.map((file) => file.text)].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes > FLAVOUR_LIMITS.total) {
    const message = `All files together have at most ${FLAVOUR_LIMITS.total / 1024} KB.`;
    problems.push({ field: "flavour.files", code: "too_large", message });
  }
  return problems.slice(0, 50);
}

const trashOf = (daemon: Daemon, { id }: Saved): string => `${daemon.paths.jails}/.trash/flavour.${id}`;

function steps(daemon: Daemon, flavour: Flavour, data: Saved): Step[] {
  const [scratch, place] = [scratchOf(daemon, data.id), flavourDirectory(daemon, data.name)];
  return [
    {
      id: "write",
      title: `Write its ${flavour.files.length} files`,
      command: null,
      run: async (context) => {
        await makeDirectory(dirname(scratch));
        await removeTree(daemon, context, scratch);
        await writeFlavour(scratch, flavour);
      },
    },
    {
      id: "place",
      title: `Put it in place as ${place}`,
      command: `mv ${scratch} ${place}`,
      run: () => putInPlace(daemon, data),
    },
    {
      id: "tidy",
      title: "Remove what was there before",
      command: null,
      run: (context) => removeTree(daemon, context, trashOf(daemon, data)),
    },
  ];
}

async function writeFlavour(directory: string, flavour: Flavour): Promise<void> {
  const { title, description, settings, files, firstBoot } = flavour;
  await makeDirectory(directory);
  await writeAtomic(`${directory}/flavour.json`, `${JSON.stringify({ title, description, settings }, null, 2)}\n`);
  await writeAtomic(`${directory}/first-boot`, firstBoot);
  await makeDirectory(`${directory}/tree`, 0o755);
  for (const file of files) {
    let path = `${directory}/tree`;
    for (const part of file.path.split("/").slice(1, -1)) await makeDirectory((path = `${path}/${part}`), 0o755);
    await writeAtomic(`${directory}/tree${file.path}`, file.text, { mode: file.mode });
  }
}

/** Bears being done again: what is still in the scratch directory is not in place yet. */
async function putInPlace(daemon: Daemon, data: Saved): Promise<void> {
  const [scratch, place, trash] = [
    scratchOf(daemon, data.id),
    flavourDirectory(daemon, data.name),
    trashOf(daemon, data),
  ];
  if (!(await look(scratch))) return;
  await makeDirectory(flavoursDirectory(daemon));
  await makeDirectory(dirname(trash));
  if (await look(place)) await move(place, trash);
  await move(scratch, place);
}

async function takeBack(daemon: Daemon, context: StepContext, data: Saved): Promise<void> {
  const place = flavourDirectory(daemon, data.name);
  const trash = trashOf(daemon, data);
  if (!(await look(place)) && (await look(trash))) await move(trash, place);
  await removeTree(daemon, context, scratchOf(daemon, data.id));
  await removeTree(daemon, context, trash);
}

/** Before `place` nothing has happened to the old one; from then on the new one is whole. */
export async function recoverSaveFlavour(
  daemon: Daemon,
  context: StepContext,
  intent: Intent,
): Promise<Failure | null> {
  const data = Saved.parse(intent.data);
  if (intent.step === "write") {
    await takeBack(daemon, context, data);
    const message = "knastd was started anew before the flavour was written. Nothing was changed.";
    return new KnastError("cancelled", { message }).toFailure();
  }
  await putInPlace(daemon, data);
  await removeTree(daemon, context, trashOf(daemon, data));
  return null;
}
