import { join } from "node:path";
import type { CloneInput } from "../../contract/archive.ts";
import { KnastError } from "../../contract/errors.ts";
import type { JobRef } from "../../contract/job.ts";
import type { Call, Daemon } from "../daemon.ts";
import { diskSpace, listNames, look, removeFile } from "../host/disk.ts";
import { checkPlace } from "../jails/check-place.ts";
import { findJail } from "../jails/find-jail.ts";
import { readSetUp } from "../jails/set-up.ts";
import { datasetOf } from "../snapshots/dataset.ts";
import type { StepContext } from "../jobs/step.ts";
import { arrive } from "./arrive.ts";
import { settingsOf } from "./settings-of.ts";
import { Channel } from "./channel.ts";
import { readTree, type TreeSource, unpackTree } from "./tar-source.ts";
import { TarScan } from "./tar-scan.ts";

/**
 * jail.clone as a job: another jail with the same files, under a name and addresses of its own. Of a running jail too: its files may then not
 * belong together, as after a power cut.
 * @throws KnastError not_found, foreign, config_invalid, broken, problems at fields, busy, too_many
 */
export async function cloneJail(daemon: Daemon, { as, ...ref }: CloneInput, call: Call): Promise<JobRef> {
  const jail = await findJail(daemon, ref);
  if (jail.problem) throw new KnastError("config_invalid", { message: jail.problem });
  const { path } = await readSetUp(jail);
  await checkPlace(daemon, jail.name, path);
  const runs = async () => (await daemon.view.runningNow()).some((one) => one.name === jail.name);
  const { settings } = await settingsOf(daemon, jail);
  const fill = {
    title: `Copy the tree of ${jail.name}`,
    command: `tar -c --format pax --one-file-system -C ${path} . | tar -xpf -`,
    // Asked under the jail's lock: a tree that runs is never read from outside.
    run: async (context: StepContext, scratch: string) =>
      copyTree(daemon, context, { name: jail.name, path, running: await runs() }, scratch),
  };
  return arrive(
    daemon,
    {
      verb: "jail.clone",
      name: jail.name,
      settings,
      as,
      fill,
      like: await datasetOf(daemon, jail),
      afterClone: removeHostKeys,
      locks: [`jail:${jail.name}`],
    },
    call,
  );
}

async function copyTree(daemon: Daemon, context: StepContext, source: TreeSource, scratch: string): Promise<void> {
  const { freeBytes } = await diskSpace(daemon.paths.jails);
  const scan = new TarScan({ entries: 2_000_000, bytes: freeBytes });
  const channel = new Channel();
  let done = 0;
  const unpacked = unpackTree(context, scratch, channel);
  // What goes wrong there closes the channel, and with it the reading.
  unpacked.then(
    () => channel.close(),
    (error: unknown) => channel.fail(error),
  );
  try {
    await readTree(daemon, context, source, async (piece) => {
      scan.push(piece);
      await channel.push(piece);
      context.progress((done += piece.length), null, "bytes");
    });
    scan.end();
    channel.end();
  } catch (error) {
    channel.fail(error);
    await unpacked.catch(() => {});
    throw error;
  }
  await unpacked;
  await removeHostKeys(scratch);
}

/** Two hosts with one key could pass for each other; sshd makes new ones at the next start. The copy has no process that could put links in the way. */
async function removeHostKeys(tree: string): Promise<void> {
  const ssh = join(tree, "etc", "ssh");
  for (const path of [join(tree, "etc"), ssh]) if ((await look(path))?.kind !== "directory") return;
  for (const name of (await listNames(ssh)) ?? [])
    if (/^ssh_host_[a-z0-9_]+_key(\.pub)?$/.test(name) && (await look(join(ssh, name)))?.kind !== "directory")
      await removeFile(join(ssh, name));
}
