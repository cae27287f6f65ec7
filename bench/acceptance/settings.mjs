import { claim, equal, need, ok } from "./tap.mjs";

/** Settings of a running jail: into its file, into the kernel at once, and by a restart; what differs is told each time. */
export async function settings(daemon, jail) {
  const { name } = jail;
  const ref = { name, id: jail.id };
  const read = () => daemon.call("jail.settings", ref);
  const show = () => daemon.call("jail.show", { name });
  const differing = async () => (await show()).differences.map((one) => one.parameter);
  const configure = async (flags, apply, more = {}) => {
    const { settings: now, digest } = await read();
    const wished = { ...now, ...more, flags: { ...now.flags, ...flags } };
    return daemon.job("jail.configure", { ...ref, digest, settings: wished, apply });
  };
  const before = (await show()).config.text;
  if ((await show()).state !== "running") await daemon.job("jail.start", ref);

  await claim(`${name} runs as its file says: no difference`, async () => equal(await differing(), []));
  await need("a setting changes its own line of the file, and no other", async () => {
    await configure({ mlock: true }, "none");
    equal((await show()).config.text, before.replace("allow.nomlock;", "allow.mlock;"));
  });
  await claim("the running jail differs in just that", async () => equal(await differing(), ["allow.mlock"]));
  await claim("jail -m changes the running jail at once", async () => {
    await configure({ chflags: true }, "now");
    equal(await differing(), ["allow.mlock"]);
  });
  await claim("a restart makes them the same", async () => {
    await configure({ setHostname: true }, "restart", { childrenMax: 1, stopTimeout: 20 });
    equal(await differing(), []);
    equal((await show()).state, "running");
  });
  await claim("jail.plan-settings shows the change and does nothing", async () => {
    const { settings: now, digest } = await read();
    const wished = { ...now, flags: { ...now.flags, mlock: !now.flags.mlock } };
    const plan = await daemon.call("jail.plan-settings", { ...ref, digest, settings: wished });
    equal([plan.parameters, plan.problems], [["allow.nomlock"], []]);
    ok(plan.before.text !== plan.after.text, "the files are the same");
    equal((await show()).config.text, plan.before.text);
  });
  await claim("a wish that is based on another file is refused: changed", async () => {
    const { settings: now } = await read();
    await daemon.refused("changed", "jail.configure", { ...ref, digest: "0".repeat(64), settings: now }, true);
  });
  await claim("no command and no other devfs ruleset is a setting: invalid", async () => {
    const { settings: now, digest } = await read();
    for (const more of [{ "exec.prestart": "/usr/bin/true" }, { devfsRuleset: 2 }])
      await daemon.refused("invalid", "jail.configure", { ...ref, digest, settings: { ...now, ...more } }, true);
  });
  await need("all of it can be taken back, to the byte", async () => {
    await configure({ mlock: false, chflags: false, setHostname: false }, "restart", {
      childrenMax: 0,
      stopTimeout: 30,
    });
    const after = await show();
    equal(after.config.text, before);
    ok(after.differences.length === 0, JSON.stringify(after.differences));
  });
}
