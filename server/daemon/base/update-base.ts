import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { KnastError } from "../../contract/errors.ts";
import type { JobRef } from "../../contract/job.ts";
import { parseUpdate } from "../conf/freebsd-update.ts";
import { basejailTree, newjailTree } from "../conf/paths.ts";
import type { Call, Daemon } from "../daemon.ts";
import { look, makeDirectory, readLink, realPath, walk } from "../host/disk.ts";
import type { Holder } from "../jobs/locks.ts";
import type { Step, StepContext } from "../jobs/step.ts";
import { scratchOf } from "./base-job.ts";
import { copyCommand, copyTree } from "./copy-tree.ts";
import { readBase, writeBase } from "./base-record.ts";
import { baseUsers, holdBases, refuseUsed } from "./base-users.ts";
import { PLACED, type Placing, placeBase, removeScratch, settleBase, writtenRelease } from "./place-base.ts";
import { TreeSize } from "./tree-size.ts";

/** A mirror may be slow, and there may be a thousand patches. */
const PATIENCE = 3 * 3600_000;
/** So long a finished update waits for a jail that somebody works on. */
const PLACE_WAIT = 120_000;

/** No jail that runs is to lose the files below it: a base is exchanged only while none has it mounted. */
const exchange = (daemon: Daemon, name: string) => refuseUsed(daemon, name, (user) => user.running);

/**
 * base.update: security patches for a base, fetched into a copy beside it; whatever fails, the old base stays in use. With
 * another name the copy becomes a new base, and jails are moved to it one by one; with the same one it takes the old one's place.
 * Throws KnastError not_found, exists (the new name is taken, or a jail runs on the base that is to be exchanged), busy.
 */
export async function updateBase(
  daemon: Daemon,
  { name, to }: { name: string; to: string },
  call: Call,
): Promise<JobRef> {
  const holder: Holder = { verb: "base.update", job: null };
  const release = holdBases(daemon, holder, [to], name === to ? [] : [name]);
  try {
    const before = await readBase(daemon.options, name);
    if (!before) throw new KnastError("not_found");
    if (name === to) await exchange(daemon, name);
    else if (await look(basejailTree(daemon.paths, to)))
      throw new KnastError("exists", { message: `There is a base ${to} already. Take another name.` });
    const data: Placing = {
      id: randomBytes(16).toString("hex"),
      name: to,
      before: name === to ? before : null,
      after: { ...before, name: to, installedAt: new Date().toISOString() },
    };
    const where = { paths: daemon.options, id: data.id };
    return await daemon.jobs.begin(
      {
        verb: "base.update",
        jail: null,
        jailId: null,
        actor: call.actor,
        steps: steps(daemon, name, before.release, data),
        data,
        weight: "heavy",
        cancellable: true,
        undo: async (context, failed) => {
          if (PLACED.includes(failed)) await settleBase(where, data);
          await removeScratch(where, context);
        },
        release,
      },
      call.key,
      holder,
    );
  } catch (error) {
    release();
    throw error;
  }
}

function steps(daemon: Daemon, name: string, release: string, data: Placing): Step[] {
  const { paths, options } = daemon;
  const scratch = scratchOf({ paths: options, id: data.id });
  const copy = (from: string, to: string) => (context: StepContext) =>
    copyTree(context, from, to, () => new KnastError("internal", { cause: `copy ${from}` }));
  const args = updateArgs(scratch, release);
  const step = (id: string, title: string, command: string | null, run: Step["run"]): Step => ({
    ...{ id, title, command, run },
  });
  return [
    step("copy", `Copy ${name}`, copyCommand(basejailTree(paths, name), scratch.base), async (context) => {
      await makeDirectory(scratch.root, 0o700);
      await copy(basejailTree(paths, name), scratch.base)(context);
      await copy(newjailTree(paths, name), scratch.world)(context);
      await refuseWaysOut(scratch.base);
    }),
    step("update", "Fetch and install what is new", `freebsd-update ${args.join(" ")}`, async (context) => {
      await makeDirectory(`${scratch.root}/update`, 0o700);
      await runUpdate(context, args);
    }),
    step("measure", "See what it has become", null, async () => {
      const size = new TreeSize();
      for await (const { found } of walk(scratch.base)) size.add(found);
      Object.assign(data.after!, { bytes: size.bytes, release: (await writtenRelease(scratch.base)) ?? release });
    }),
    step(
      "place",
      `Put it in place as ${data.name}`,
      `mv ${scratch.base} ${basejailTree(paths, data.name)}`,
      async () => {
        const release = name === data.name ? await holdUsers(daemon, name) : () => {};
        try {
          if (name === data.name) await exchange(daemon, name);
          else if (await look(basejailTree(paths, data.name))) throw new KnastError("exists");
          await placeBase({ paths: options, id: data.id }, data.name, scratch);
        } finally {
          release();
        }
      },
    ),
    step("record", "Note what it is", null, () => writeBase(options, data.after!)),
    step("tidy", "Remove what is left over", `rm -rf ${scratch.root}`, (context) =>
      removeScratch({ paths: options, id: data.id }, context),
    ),
  ];
}

/**
 * Locks the jails on a base while it is exchanged: one that is just starting has mounted it before jls(8) lists it.
 * @returns what lets go of them; waits for those that somebody works on. @throws KnastError busy, exists (mounted all the same)
 */
async function holdUsers(daemon: Daemon, name: string): Promise<() => void> {
  const users = await baseUsers(daemon, name);
  const keys = [...new Set(users.map((one) => `jail:${one.name}`))];
  const release = await takeWithin(PLACE_WAIT, () => daemon.locks.take({ verb: "base.update", job: null }, keys));
  const mounted = (await daemon.view.mountsNow()).some((one) => one.source === basejailTree(daemon.paths, name));
  if (!mounted) return release;
  release();
  throw new KnastError("exists", { message: `Something has ${name} mounted. Stop the jails on it first.` });
}

/** Tries again while somebody else holds one of them. @throws KnastError busy after so many milliseconds */
async function takeWithin(milliseconds: number, take: () => () => void): Promise<() => void> {
  for (const end = Date.now() + milliseconds; ; await sleep(500))
    try {
      return take();
    } catch (error) {
      if (!(error instanceof KnastError) || error.code !== "busy" || Date.now() > end) throw error;
    }
}

/**
 * In a jail a link like /usr/share/x -> /etc stays in the jail; freebsd-update(8) works from the host and would write through it.
 * @throws KnastError base_invalid
 */
export async function refuseWaysOut(base: string): Promise<void> {
  for await (const { path, found } of walk(base)) {
    const target = found.kind === "link" ? ((await readLink(path)) ?? "") : "";
    if (!target.startsWith("/") || (await look(await realPath(target)))?.kind !== "directory") continue;
    const where = JSON.stringify(path.slice(base.length));
    const message = `The link ${where} of this base leads to a directory of the host, so it can't be updated from here. Install it anew.`;
    throw new KnastError("base_invalid", { message: message.slice(0, 500) });
  }
}

/**
 * freebsd-update(8). `-b`: the tree below which it works; `-d`: its patches lie beside that copy and go with it;
 * `--currently-running`: the base's release and not the host's; `--not-running-from-cron`: without it fetch refuses to
 * work without a terminal. It shows what it does through PAGER, less(1), which is cat(1) where there is no terminal. What jails
 * have of their own in /etc is no part of a base, so it merges nothing and asks nothing.
 */
function updateArgs(scratch: { root: string; base: string }, release: string): string[] {
  const known = /^\d+\.\d+-(RELEASE|RC\d+|BETA\d+|ALPHA\d+)(-p\d+)?$/.test(release);
  const running = known ? ["--currently-running", release] : [];
  return [
    "-b",
    scratch.base,
    "-d",
    `${scratch.root}/update`,
    ...running,
    "--not-running-from-cron",
    "fetch",
    "install",
  ];
}

async function runUpdate(context: StepContext, args: readonly string[]): Promise<void> {
  const result = await context.run("freebsd-update", args, { deadline: PATIENCE });
  const said = parseUpdate(`${result.stdout}\n${result.stderr}`);
  if (said.nothing)
    throw new KnastError("update_failed", {
      message: "There is nothing to update: this base has all patches of its release.",
    });
  if (result.status === 0 && said.installed) return;
  if (/No space left on device/.test(result.stderr)) throw new KnastError("disk_full", { cause: result.stderr });
  throw new KnastError("update_failed", { message: said.reason ?? undefined, cause: result.stderr.slice(0, 500) });
}
