import { find } from "./life.mjs";
import { claim, comment, equal, need, ok } from "./tap.mjs";

const NO_SET = { set: "20000101T000000Z" };

/** The host as a whole: what is only looked at or refused anywhere. */
export async function hostLooks(daemon) {
  await claim("limits.list names no jail of this run", async () => {
    const { jails } = await daemon.call("limits.list");
    ok(!jails.some((one) => one.name.startsWith("knast_acc")), JSON.stringify(jails));
  });
  await claim("flavour.list has the built-in ones", async () => {
    const { flavours } = await daemon.call("flavour.list");
    ok(flavours.filter((one) => one.builtIn).length >= 3, JSON.stringify(flavours.map((one) => one.name)));
  });
  await claim("ports: read, set to what they were, and not fetched into a base that is not there", async () => {
    const { settings, sources } = await daemon.call("ports.info");
    ok(sources.includes(settings.url), `${settings.url} is no approved source`);
    equal((await daemon.call("ports.configure", settings)).settings, settings);
    await daemon.refused("invalid", "ports.configure", { ...settings, url: "https://ports.invalid/tree.git" });
    await daemon.refused("base_missing", "ports.update", { base: "basejail-knast.none" }, true);
  });
  await claim("take-over.run of what nobody shows, or under another plan's digest, is refused: not_found", () =>
    daemon.refused(
      "not_found",
      "take-over.run",
      { scheme: "ezjail", name: "knast_acc_none", digest: "0".repeat(64) },
      true,
    ),
  );
  await claim("sets of archives: one that is not there can't be restored or forgotten: not_found", async () => {
    const { sets } = await daemon.call("host.sets");
    ok(Array.isArray(sets), "no list");
    await daemon.refused("not_found", "host.restore", NO_SET, true);
    await daemon.refused("not_found", "host.forget-set", NO_SET);
  });
  await claim("job.cancel of a job that has ended leaves it as it is", async () => {
    const [ended] = (await daemon.call("job.list")).jobs.filter((one) => one.state === "done");
    await daemon.call("job.cancel", { job: ended.id });
    equal((await daemon.call("job.get", { job: ended.id })).state, "done");
  });
}

/** Only on a host without jails of its own: all are stopped, archived, restored over nothing, and started. */
export async function wholeHost(daemon, jails, others) {
  if (others > 0) return comment(`${others} jails of others are here: all at once is left out`);
  const states = async () => Promise.all(jails.map(async ({ name }) => (await find(daemon, name)).state));
  await need("host.stop-all stops both", async () => {
    await daemon.job("host.stop-all", {});
    equal(await states(), ["stopped", "stopped"]);
  });
  await claim(
    "host.archive makes one file for each and names them together; restored, nothing is missing",
    async () => {
      const before = (await daemon.call("host.sets")).sets.map((one) => one.set);
      await daemon.job("host.archive", {});
      const set = (await daemon.call("host.sets")).sets.find((one) => !before.includes(one.set));
      equal(
        [set.missing, set.jails.map((one) => one.name).toSorted()],
        [[], jails.map((jail) => jail.name).toSorted()],
      );
      const error = await daemon.job("host.restore", { set: set.set }).catch((reason) => reason);
      ok(!(error instanceof Error), `${error.message}`);
      equal(await states(), ["stopped", "stopped"]);
      await daemon.call("host.forget-set", { set: set.set });
      for (const { archive } of set.jails) await daemon.call("archive.remove", { archive });
    },
  );
  await need("host.start-all starts both", async () => {
    await daemon.job("host.start-all", {});
    equal(await states(), ["running", "running"]);
  });
}
