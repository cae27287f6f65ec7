import { find } from "./life.mjs";
import { claim, comment, equal, ok } from "./tap.mjs";

const ref = (jail) => ({ name: jail.name, id: jail.id });

/** A stopped jail leaves as a file, is checked, comes back under another name, and is copied. */
export async function movingHouse(daemon, jail, name, hostname) {
  const { freeIp4 } = await daemon.call("host.info");
  if (!freeIp4) return comment("no free address: archives are left out");
  const as = { name, hostname, interface: freeIp4.interface, ip4: [freeIp4.address], autostart: false };
  const away = async () => {
    const found = await find(daemon, name);
    equal([found?.state, found?.addresses], ["stopped", as.ip4]);
    await daemon.job("jail.destroy", ref(found));
  };
  const own = async () =>
    (await daemon.call("archive.list")).archives
      .filter((one) => one.manifest?.id === jail.id)
      .map((one) => one.archive);
  const before = await own();
  await claim("archives: a jail becomes a file, whose checksums are right", async () => {
    await daemon.job("archive.create", ref(jail));
    const [archive, ...more] = (await own()).filter((one) => !before.includes(one));
    equal(more, []);
    await daemon.job("archive.verify", { archive });
  });
  const [archive] = (await own()).filter((one) => !before.includes(one));
  if (!archive) return;
  await claim("archives: its own name is taken", async () => {
    const { problems } = await daemon.call("archive.show", { archive });
    ok(problems.length > 0, "no problem");
    const error = await daemon.job("archive.restore", { archive }).catch((reason) => reason);
    ok(error instanceof Error, "restored over a jail that is there");
  });
  await claim("archives: it comes back under another name and address", async () => {
    await daemon.job("archive.restore", { archive, as });
    await away();
  });
  await claim("archives: removed, it is gone", async () => {
    await daemon.call("archive.remove", { archive });
    await daemon.refused("not_found", "archive.verify", { archive }, true);
  });
  await claim("a clone has another name and address", async () => {
    await daemon.job("jail.clone", { ...ref(jail), as });
    await away();
  });
}

/** What belongs to the host: bases, flavours, the order of starts, /var/ports of a jail. */
export async function hostRooms(daemon, jails) {
  await claim("bases: the base is listed with the jails that stand on it", async () => {
    const { bases } = await daemon.call("base.list");
    const names = bases.flatMap((base) => base.users.map((one) => one.name));
    for (const jail of jails) ok(names.includes(jail.name), `${jail.name} is not among ${names.join(", ")}`);
  });
  await claim("order: both start at boot", async () => {
    const text = JSON.stringify(await daemon.call("host.order"));
    for (const jail of jails) ok(text.includes(`"${jail.name}"`), `${jail.name} is missing`);
  });
  const flavour = {
    name: "knast-acc",
    title: "Acceptance",
    description: "",
    files: [{ path: "/usr/local/etc/knast-acc.conf", mode: 0o644, text: "here\n" }],
    settings: { switches: {} },
    firstBoot: "",
  };
  await claim("flavours: saved, read back, removed", async () => {
    await daemon.job("flavour.save", { flavour });
    equal((await daemon.call("flavour.show", { name: flavour.name })).flavour, flavour);
    await daemon.call("flavour.remove", { name: flavour.name });
    await daemon.refused("not_found", "flavour.show", { name: flavour.name });
  });
  await claim("flavours: a file outside of the jail is refused", () =>
    daemon.refused(
      "invalid",
      "flavour.save",
      { flavour: { ...flavour, files: [{ path: "/../etc/rc", mode: 0o644, text: "" }] } },
      true,
    ),
  );
  await claim("ports: /var/ports of a jail is emptied", () => daemon.job("ports.clean", { jail: ref(jails[0]) }));
  await claim("take-over: our own jails are no candidates", async () => {
    const { candidates } = await daemon.call("take-over.find");
    const names = candidates.map((one) => one.name);
    for (const jail of jails) ok(!names.includes(jail.name), `${jail.name} is one`);
  });
}
