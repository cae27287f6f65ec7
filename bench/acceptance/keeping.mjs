import { claim, comment, equal, ok } from "./tap.mjs";

const ref = (jail) => ({ name: jail.name, id: jail.id });

/** What is kept of a stopped jail: snapshots where it lies on ZFS, archives by a plan. */
export async function keeping(daemon, jail) {
  const { dataset } = await daemon.call("jail.snapshots", ref(jail));
  const at = { ...ref(jail), snapshot: "knast-acc" };
  if (dataset === null)
    await claim("a plain directory has no snapshots: no_dataset", async () => {
      await daemon.refused("no_dataset", "snapshot.take", at);
      await daemon.refused("no_dataset", "snapshot.remove", at);
      await daemon.refused("no_dataset", "snapshot.rollback", at, true);
    });
  else
    await claim(`snapshots of ${dataset}: taken, rolled back to, removed`, async () => {
      const { snapshots } = await daemon.call("snapshot.take", at);
      ok(
        snapshots.some((one) => one.name === at.snapshot),
        JSON.stringify(snapshots),
      );
      await daemon.job("snapshot.rollback", at);
      await daemon.call("snapshot.remove", at);
      await daemon.refused("not_found", "snapshot.remove", at);
    });
  await claim("archives by a plan: set, read back, ended", async () => {
    const before = await daemon.call("jail.archive-plan", ref(jail));
    equal(before.plan, null);
    const plan = { schedule: { at: "04:30", day: "every" }, keep: 2 };
    await daemon.call("jail.plan-archives", { ...ref(jail), plan });
    equal((await daemon.call("jail.archive-plan", ref(jail))).plan, plan);
    await daemon.call("jail.plan-archives", { ...ref(jail), plan: null });
    equal((await daemon.call("jail.archive-plan", ref(jail))).plan, null);
  });
}

/** Further mounts of a stopped jail: from an approved directory where root has approved one, else refused. */
export async function mounts(daemon, jail) {
  const { sources } = await daemon.call("mounts.sources");
  const read = () => daemon.call("jail.mounts", ref(jail));
  const before = await read();
  const set = async (wanted, digest) => daemon.job("jail.set-mounts", { ...ref(jail), mounts: wanted, digest });
  await claim("a directory that root has not approved is not mounted, and the fstab stays", async () => {
    const wanted = [{ source: "/root", target: "/mnt/knast_acc", readOnly: true }];
    const error = await set(wanted, before.digest).catch((reason) => reason);
    ok(error instanceof Error, "it was mounted");
    equal((await read()).text, before.text);
  });
  await claim("mounts are not written over a fstab that was changed meanwhile", async () => {
    const error = await set([], "0".repeat(64)).catch((reason) => reason);
    ok(["busy", "changed"].includes(error.code), error.message ?? "it went through");
  });
  const source = sources.find((one) => one.problem === null && one.access === "ro");
  if (!source) return comment("root has approved no directory to mount: mounting one is left out");
  await claim(`${source.path} is mounted by the fstab, and taken out again, to the byte`, async () => {
    const wanted = [{ source: source.path, target: "/mnt/knast_acc", readOnly: true }];
    await set(wanted, before.digest);
    const now = await read();
    ok(now.text.includes(`${source.path} `), now.text);
    await set([], now.digest);
    equal((await read()).text, before.text);
  });
}
