import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { JobRef } from "../../contract/job.ts";
import type { JailPlan, JailSpec } from "../../contract/jail.ts";
import { KnastError } from "../../contract/errors.ts";
import type { Flavour } from "../../contract/flavour.ts";
import { withInclude } from "../conf/jail-main-conf.ts";
import { flavourFiles, newRcConf } from "../conf/new-jail-files.ts";
import { fstabFile, jailConfFile, newjailTree } from "../conf/paths.ts";
import { createSteps, type CreateStepId, isLimited, normalizeSpec, vnetOf } from "../conf/plan.ts";
import { resolvConf } from "../conf/skeleton-files.ts";
import { nameOf } from "../conf/validate.ts";
import type { Call, Daemon } from "../daemon.ts";
import { look, makeDirectory, readText, setMode, writeAtomic } from "../host/disk.ts";
import { readJailping } from "../jailping/configure.ts";
import { layJailping } from "../jailping/lay.ts";
import { layKnastGet } from "../shell-files/lay.ts";
import type { Holder } from "../jobs/locks.ts";
import type { Step, StepContext } from "../jobs/step.ts";
import { writeLimits } from "../limits/rules.ts";
import { makeCommand, makeDataset, noteTree, placeCommand, placeTree, planTree, scratchOf } from "../trees/new-tree.ts";
import { findFlavour } from "../flavours/stored.ts";
import { readNameservers } from "../machine/settings.ts";
import { setAutostart } from "./autostart.ts";
import { addAdmin, directoryIn, fullOr, writeEtc, writeFiles, writeKeys } from "./fill-tree.ts";
import { planHost, planNewJail, refuseProblems } from "./plan-jail.ts";
import { type Created, undoCreate } from "./undo-create.ts";

/** They write to the tree that "copy" has begun, which a recovery takes back whole; "place" notes which directory it is. */
const IN_SCRATCH: ReadonlySet<CreateStepId> = new Set(["account", "keys", "resolv", "rc-conf", "flavour", "mounts"]);

/**
 * Makes a jail as a job (row 9 of the system); its config file is the point from which on the jail exists.
 * Throws KnastError with problems at fields (see jail.plan), busy, too_many; the job fails with base_invalid, disk_full,
 * internal, and then nothing of the jail is left.
 */
export async function createJail(daemon: Daemon, wish: JailSpec, call: Call): Promise<JobRef> {
  const spec = normalizeSpec(wish);
  const id = randomBytes(16).toString("hex");
  const name = nameOf(spec);
  const holder: Holder = { verb: "jail.create", job: null };
  const addresses = [...spec.ip4, ...spec.ip6];
  const keys = [`jail:${name}`, ...addresses.map((one) => `address:${one}`)];
  // Two that ask for one directory, or for one in the other, must not both find it free.
  if (spec.mounts.length > 0) keys.push("mounts");
  const shared = [`base:${spec.base}`, ...(spec.flavour === null ? [] : [`flavour:${spec.flavour}`])];
  let unlock: () => void;
  try {
    unlock = daemon.locks.take(holder, keys, shared);
  } catch (error) {
    // What is wrong with the wish says more than that somebody is at work on it.
    refuseProblems((await planNewJail(daemon, spec, id)).problems);
    throw error;
  }
  let free = () => {};
  const release = () => {
    free();
    unlock();
    daemon.view.forget();
  };
  try {
    const planned = planTree(daemon, name, id);
    planned.catch(() => {}); // what is wrong with the name is said by the plan
    const plan = await planNewJail(daemon, spec, id);
    refuseProblems(plan.problems);
    const flavour = spec.flavour === null ? null : await findFlavour(daemon, spec.flavour);
    free = daemon.reservations.add({ name, hostname: spec.hostname, addresses });
    const tree = await planned;
    const data: Created = { name, id, tree, autostart: spec.autostart, limited: isLimited(spec) };
    return await daemon.jobs.begin(
      {
        verb: "jail.create",
        jail: name,
        jailId: id,
        actor: call.actor,
        steps: steps(daemon, spec, flavour, plan, data),
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

function steps(daemon: Daemon, spec: JailSpec, flavour: Flavour | null, plan: JailPlan, data: Created): Step[] {
  const { paths } = daemon;
  const { name, id } = data;
  const tree = scratchOf(daemon, id);
  let owner = { uid: 0, gid: 0 };
  const work: Record<CreateStepId, (context: StepContext) => Promise<void>> = {
    copy: async (context) => {
      await makeDataset(daemon, context, data.tree);
      // The dot makes cp fill a directory that is there already, as a ZFS file system is.
      const from = `${newjailTree(paths, spec.base)}${data.tree.dataset === null ? "" : "/."}`;
      const result = await context.run("cp", ["-a", from, tree], { deadline: 300_000 });
      if (result.status !== 0) throw new KnastError(fullOr(result.stderr), { cause: result.stderr.slice(0, 500) });
      await setMode(tree, 0o755);
      await noteTree(daemon, data.tree);
    },
    account: async (context) => void (owner = await addAdmin(tree, context)),
    keys: () => writeKeys(tree, owner, spec.sshKeys),
    resolv: async () => {
      await writeEtc(tree, "resolv.conf", resolvConf(spec.nameservers ?? (await readNameservers(daemon))));
      const address = await readJailping(daemon);
      if (address !== null) await layJailping(tree, address);
      await layKnastGet(tree);
    },
    "rc-conf": async () => {
      const network = spec.network === "vnet" ? vnetOf(spec, await planHost(daemon), id)?.rcConf : undefined;
      await writeEtc(tree, "rc.conf", newRcConf(spec, flavour, network));
    },
    flavour: () => writeFiles(tree, flavourFiles(flavour)),
    mounts: async () => {
      for (const { target } of spec.mounts) await directoryIn(tree, target.split("/").slice(1));
    },
    place: (context) => placeTree(daemon, context, data.tree),
    fstab: () => writeAtomic(fstabFile(paths, name), plan.fstab.text, { mode: 0o644 }),
    limits: (context) => writeLimits(daemon, context, name, spec.limits),
    include: () => includeConfigs(daemon),
    config: () => writeAtomic(jailConfFile(paths, name), plan.config.text, { mode: 0o600 }),
    autostart: (context) => setAutostart(daemon, context, name, spec.autostart),
  };
  const onZfs: Partial<Record<CreateStepId, string>> =
    data.tree.dataset === null
      ? {}
      : {
          copy: `${makeCommand(daemon, data.tree)} && cp -a ${newjailTree(paths)}/. ${tree}`,
          place: placeCommand(daemon, data.tree),
        };
  return createSteps(spec, paths, tree).map((step) => ({
    ...step,
    command: onZfs[step.id] ?? step.command,
    inScratch: IN_SCRATCH.has(step.id),
    run: work[step.id],
  }));
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
