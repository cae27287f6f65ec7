import { find } from "./life.mjs";
import { claim, comment, equal, need, ok } from "./tap.mjs";

/** The check-up reads, twice the same, and every finding can be shown. */
export async function checkUp(daemon) {
  await claim("host.check-up answers, and could check everything", async () => {
    const { findings, milliseconds } = await daemon.call("host.check-up");
    comment(`check-up: ${findings.length} findings in ${milliseconds} ms`);
    for (const { id, level, title } of findings) if (level !== "ok") comment(`${level} ${id}: ${title}`);
    const unchecked = findings.filter((one) => one.id.startsWith("unchecked."));
    equal(
      unchecked.map((one) => one.id),
      [],
      "unchecked",
    );
    for (const one of findings) ok(one.level === "ok" || one.means.length > 0, `${one.id} says nothing`);
  });
  await claim("host.check-up changes nothing: asked again it finds the same", async () => {
    const ids = async () => (await daemon.call("host.check-up")).findings.map((one) => one.id).toSorted();
    equal(await ids(), await ids());
  });
}

/** One jail with a network stack of its own, where the host has a bridge and an address for it. */
export async function vnet(daemon, name, hostname) {
  const info = await daemon.call("host.info");
  const bridge = info.interfaces.find((one) => one.bridge);
  const wires = bridge ? [bridge.name, ...bridge.members] : [];
  const free = info.free.find((one) => wires.includes(one.interface) && !one.address.includes(":"));
  if (!bridge || !free) return comment("no bridge with a pool on it or on a member: vnet is left out");
  const spec = { hostname, name, interface: bridge.name, network: "vnet", ip4: [free.address], autostart: false };
  const jail = await need(`${name} with a network stack of its own is made`, async () => {
    await daemon.job("jail.create", spec);
    return find(daemon, name);
  });
  const ref = { name, id: jail.id };
  const member = async () => {
    const { interfaces } = await daemon.call("host.info");
    const { config } = await daemon.call("jail.show", { name });
    const [, unit] = /vnet\.interface = 'kn(\d+)b';/.exec(config.text);
    return interfaces.find((one) => one.name === bridge.name).members.includes(`kn${unit}a`);
  };
  await claim(`${name} starts, and its cable hangs on ${bridge.name}`, async () => {
    await daemon.job("jail.start", ref);
    equal([(await find(daemon, name)).state, (await find(daemon, name)).addresses], ["running", [free.address]]);
    equal(await member(), true, "member");
  });
  await claim("its address is taken, though jls does not tell it", async () => {
    const { problems } = await daemon.call("jail.plan", { ...spec, name: `${name}2`, hostname: `${hostname}2` });
    ok(
      problems.some((one) => one.field === "ip4.0" && one.code === "address_taken"),
      JSON.stringify(problems),
    );
  });
  await need(`${name} stops without a cable left, and is destroyed`, async () => {
    await daemon.job("jail.stop", ref);
    equal(await member(), false, "member");
    await daemon.job("jail.destroy", ref);
  });
}
