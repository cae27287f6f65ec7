import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { JobRef } from "../../contract/job.ts";
import type { JailPlan, JailSpec } from "../../contract/jail.ts";
import { KnastError } from "../../contract/errors.ts";
import { withInclude } from "../conf/jail-main-conf.ts";
import { fstabFile, jailConfFile, jailTree, newjailTree } from "../conf/paths.ts";
import { createSteps, type CreateStepId, normalizeSpec } from "../conf/plan.ts";
import { rcConf, resolvConf } from "../conf/skeleton-files.ts";
import type { Call, Daemon } from "../daemon.ts";
import { look, makeDirectory, move, readText, setMode, writeAtomic } from "../host/disk.ts";
import type { Holder } from "../jobs/locks.ts";
import type { Step, StepContext } from "../jobs/step.ts";
import { readNameservers } from "../machine/settings.ts";
import { setAutostart } from "./autostart.ts";
import { addAdmin, fullOr, writeEtc, writeKeys } from "./fill-tree.ts";
import { planNewJail, refuseProblems } from "./plan-jail.ts";
import { type Created, scratchOf, undoCreate } from "./undo-create.ts";

/**
 * Makes a jail as a job (row 9 of the system); its config file is the point from which on the jail exists.
 * Throws KnastError with problems at fields (see jail.plan), busy, too_many; the job fails with base_invalid, disk_full,
 * internal, and then nothing of the jail is left.
 */
export async function createJail(daemon: Daemon, wish: JailSpec, call: Call): Promise<JobRef> {
  const spec = normalizeSpec(wish);
  const id = randomBytes(16).toString("hex");
  const first = await planNewJail(daemon, spec, id);
  refuseProblems(first.problems);
  const { name } = first;
  const holder: Holder = { verb: "jail.create", job: null };
  const addresses = [...spec.ip4, ...spec.ip6];
  const unlock = daemon.locks.take(holder, [`jail:${name}`, ...addresses.map((one) => `address:${one}`)], ["base"]);
  let free = () => {};
  const release = () => {
    free();
    unlock();
    daemon.view.forget();
  };
  try {
    // Again under the lock: another create may have ended in between.
    const plan = await planNewJail(daemon, spec, id);
    refuseProblems(plan.problems);
    free = daemon.reservations.add({ name, hostname: spec.hostname, addresses });
    const data: Created = { name, id, ino: null, autostart: spec.autostart };
    return await daemon.jobs.begin(
      {
        verb: "jail.create",
        jail: name,
        jailId: id,
        actor: call.actor,
        steps: steps(daemon, spec, plan, data),
        data,
        weight: "heavy",
        undo: (context) => undoCreate(daemon, context, data),
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

function steps(daemon: Daemon, spec: JailSpec, plan: JailPlan, data: Created): Step[] {
  const { paths } = daemon;
  const { name, id } = data;
  const tree = scratchOf(daemon, id);
  let owner = { uid: 0, gid: 0 };
  const work: Record<CreateStepId, (context: StepContext) => Promise<void>> = {
    copy: async (context) => {
      const result = await context.run("cp", ["-a", newjailTree(paths), tree], { deadline: 300_000 });
      if (result.status !== 0) throw new KnastError(fullOr(result.stderr), { cause: result.stderr.slice(0, 500) });
      await setMode(tree, 0o755);
      // Undo removes JAILS/NAME only if it is this very directory.
      data.ino = (await look(tree))?.ino ?? null;
    },
    account: async (context) => void (owner = await addAdmin(tree, context)),
    keys: () => writeKeys(tree, owner, spec.sshKeys),
    resolv: async () => writeEtc(tree, "resolv.conf", resolvConf(spec.nameservers ?? (await readNameservers(daemon)))),
    "rc-conf": () => writeEtc(tree, "rc.conf", rcConf({ sshd: spec.sshKeys.length > 0 })),
    place: async () => {
      if (await look(jailTree(paths, name))) throw new KnastError("exists");
      await move(tree, jailTree(paths, name));
    },
    fstab: () => writeAtomic(fstabFile(paths, name), plan.fstab.text, { mode: 0o644 }),
    include: () => includeConfigs(daemon),
    config: () => writeAtomic(jailConfFile(paths, name), plan.config.text, { mode: 0o600 }),
    autostart: (context) => setAutostart(daemon, context, name, spec.autostart),
  };
  return createSteps(spec, paths, tree).map((step) => ({ ...step, run: work[step.id] }));
}

/** rc.d/jail reads ETC/jail.conf at boot: it must include ours. */
export function includeConfigs(daemon: Daemon): Promise<void> {
  return daemon.edits.run(async () => {
    const { etc } = daemon.paths;
    const main = join(etc, "jail.conf");
    const found = await look(main);
    const changed = withInclude(await readText(main), etc);
    if (changed !== null) await writeAtomic(main, changed, { mode: found?.mode ?? 0o644 });
    await makeDirectory(join(etc, "jail.conf.d"), 0o755);
  });
}
