import { randomBytes } from "node:crypto";
import type { z } from "zod";
import { KnastError } from "../../contract/errors.ts";
import type { JobRef } from "../../contract/job.ts";
import { JailName } from "../../contract/names.ts";
import type { FileChange, TAKE_OVER_VERBS } from "../../contract/take-over.ts";
import type { Call, Daemon } from "../daemon.ts";
import { look, makeDirectory, readText, removeFile, writeAtomic } from "../host/disk.ts";
import { startsAtBoot } from "../jails/autostart.ts";
import { refuseProblems } from "../jails/plan-jail.ts";
import type { Holder } from "../jobs/locks.ts";
import type { Step } from "../jobs/step.ts";
import { planTakeOver } from "./plan-take-over.ts";
import {
  backupOf,
  hashOf,
  LATE,
  makeBackupDirectory,
  settleAutostart,
  type TakenOver,
  undoTakeOver,
} from "./undo-take-over.ts";

type Wish = z.output<(typeof TAKE_OVER_VERBS)["take-over.run"]["input"]>;

/**
 * Takes a jail over as a job: nothing in the jail itself is touched, it runs on. Throws KnastError not_found, busy,
 * and with the plan's problems; when the job fails the old files are back.
 */
export async function runTakeOver(daemon: Daemon, { digest, ...wish }: Wish, call: Call): Promise<JobRef> {
  const id = randomBytes(16).toString("hex");
  const first = await planTakeOver(daemon, wish, id);
  const holder: Holder = { verb: "take-over.run", job: null };
  const target = JailName.parse(first.plan.target);
  // One at a time: two plans may edit one file.
  const keys = new Set([`jail:${target}`, `jail:${first.jail.runsAs}`, "take-over"]);
  const unlock = daemon.locks.take(holder, [...keys]);
  const release = () => {
    unlock();
    daemon.view.forget();
  };
  try {
    const { plan, jail } = await planTakeOver(daemon, wish, id);
    refuseProblems(plan.problems);
    if (plan.digest !== digest)
      throw new KnastError("changed", {
        message: "The files have changed since this was shown. Look at the plan again.",
      });
    const renamed = target !== jail.runsAs && jail.scheme === "jail.conf";
    const files = await Promise.all(
      plan.changes.map(async (one) => ({
        path: one.path,
        before: hashOf(one.before),
        after: hashOf(one.after),
        mode: (await look(one.path))?.mode ?? (one.path.includes("/jail.conf.d/") ? 0o600 : 0o644),
      })),
    );
    const data: TakenOver = {
      target,
      id,
      runsAs: jail.runsAs,
      jid: plan.jid,
      autostart:
        jail.scheme !== "jail.conf" ? jail.autostart : renamed ? (await startsAtBoot(daemon))(jail.name) : null,
      files,
    };
    return await daemon.jobs.begin(
      {
        verb: "take-over.run",
        jail: target,
        jailId: id,
        actor: call.actor,
        steps: steps(daemon, plan.changes, data),
        data,
        weight: "light",
        undo: async (context, failed) => {
          if (!LATE.has(failed)) await undoTakeOver(daemon, context, data);
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

function steps(daemon: Daemon, changes: readonly FileChange[], data: TakenOver): Step[] {
  const config = `${daemon.paths.etc}/jail.conf.d/${data.target}.conf`;
  const isNew = (one: FileChange) => one.path === config || (one.before === null && one.path.includes("/fstab."));
  /** under the lock of rc.conf and jail.conf, and only over what was shown */
  const put =
    (wanted: readonly FileChange[]): Step["run"] =>
    (context) =>
      daemon.edits.run(async () => {
        for (const one of wanted) {
          const now = await readText(one.path);
          if (now === one.after) continue;
          if (now !== one.before)
            throw new KnastError("busy", { message: `${one.path} was changed in between. Look at the plan again.` });
          context.output(one.after === null ? `rm ${one.path}` : `write ${one.path}`);
          const { mode } = data.files.find((file) => file.path === one.path)!;
          if (one.after === null) await removeFile(one.path);
          else await writeAtomic(one.path, one.after, { mode });
        }
        daemon.view.forget();
      });
  return [
    {
      id: "backup",
      title: "Copy the old files into a backup",
      command: null,
      run: async () => {
        await makeBackupDirectory(daemon);
        await makeDirectory(`${daemon.paths.etc}/jail.conf.d`, 0o755);
        for (const one of changes)
          if (one.before !== null) await writeAtomic(backupOf(daemon, data, one.path), one.before, { mode: 0o600 });
      },
    },
    { id: "config", title: "Write its own config and fstab", command: null, run: put(changes.filter(isNew)) },
    {
      id: "old",
      title: "Take it out of its old place, so that it is not started twice",
      command: null,
      run: put(changes.filter((one) => !isNew(one))),
    },
    {
      id: "check",
      title: "Ask jail(8) and jls(8) whether it is the same jail",
      command: "jail -e; jls",
      run: async (context) => {
        daemon.view.forget();
        const found = (await daemon.view.configuredNow()).find((one) => one.name === data.target);
        if (found?.id !== data.id || found.problem)
          throw new KnastError("config_invalid", {
            message: found?.problem ?? "jail(8) does not read the new config as it should.",
          });
        const up = (await daemon.view.runningNow()).find((one) => one.name === data.target && !one.dying);
        if (data.jid === null) return;
        if (up?.jid !== data.jid)
          throw new KnastError("busy", { message: "The jail was stopped or restarted in between. Try again." });
        context.output(`It runs on as jid ${data.jid}.`);
      },
    },
    {
      id: "autostart",
      title: "Leave it as it is at boot",
      command: null,
      run: (context) => settleAutostart(daemon, context, data),
    },
    {
      id: "verify",
      title: "Read the host's config once more",
      command: "jail -e",
      run: async () => {
        daemon.view.forget();
        if (!(await daemon.view.configuredNow()).some((one) => one.id === data.id)) throw new KnastError("internal");
      },
    },
  ];
}
