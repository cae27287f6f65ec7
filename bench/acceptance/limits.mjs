import { claim, comment, equal, need, ok } from "./tap.mjs";

const NONE = { memoryBytes: null, processes: null, cpuPercent: null, openFiles: null, terminals: null };

/** Limits of a running jail, what a build leaves in /var/ports, and the host's ping; all as it was afterwards. */
export async function limits(daemon, { name, id }) {
  const ref = { name, id };
  await need(`${name} gets limits while it runs, and rctl.conf has them`, async () => {
    const wanted = { ...NONE, memoryBytes: 512 * 1024 ** 2, processes: 100 };
    await daemon.job("jail.set-limits", { ...ref, limits: wanted });
    const shown = await daemon.call("jail.limits", ref);
    equal(shown.limits, wanted);
    equal(shown.file.text, `jail:${name}:memoryuse:deny=512M\njail:${name}:maxproc:deny=100\n`);
    if (shown.holds) ok(shown.use && shown.use.processes > 0, JSON.stringify(shown.use));
    else comment("kern.racct.enable is 0: limits are written, but do not hold");
  });
  await claim(`${name}'s limits are taken back`, async () => {
    await daemon.job("jail.set-limits", { ...ref, limits: NONE });
    equal((await daemon.call("jail.limits", ref)).file.text, "");
  });
  await claim("/var/ports is emptied inside the jail", () => daemon.job("ports.clean", { jail: ref }));
  await claim("jailping can be switched on at an address of the host, and back", async () => {
    const before = await daemon.call("jailping.info");
    if (before.address !== null) return comment(`it is on at ${before.address}`);
    const [address] = before.choices;
    if (!address) return comment("the host has no address of its own to listen at");
    const on = await daemon.call("jailping.configure", { address });
    if (!on.listening) comment(on.problem);
    equal((await daemon.call("jailping.configure", { address: null })).listening, false);
  });
}
