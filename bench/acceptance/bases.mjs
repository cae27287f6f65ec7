import { claim, comment, equal, need, ok } from "./tap.mjs";

const SECOND = "basejail-knast.acc";
const absent = { name: "basejail-knast.none" };

const users = async (daemon, name) => (await daemon.call("base.plan", { name })).users.map((one) => one.name);

/** Takes away what an earlier run has left. */
export async function removeSecondBase(daemon) {
  const { bases } = await daemon.call("base.list");
  if (bases.some((one) => one.name === SECOND)) await daemon.job("base.remove", { name: SECOND });
}

/** A second base beside the first, a stopped jail moved to it and back; what is refused. */
export async function bases(daemon, jail, source) {
  await claim("base.plan says who stands on the base", async () =>
    ok((await users(daemon, "basejail")).includes(jail.name), "not the jail"),
  );
  await claim("a base under a jail is neither replaced nor removed: exists", async () => {
    await daemon.refused("exists", "base.remove", { name: "basejail" }, true);
    await daemon.refused("exists", "base.install", { source }, true);
  });
  await claim("a base that is not there can't be looked at, updated, moved from or removed: not_found", async () => {
    await daemon.refused("not_found", "base.plan", absent);
    await daemon.refused("not_found", "base.update", { ...absent, to: SECOND }, true);
    await daemon.refused("not_found", "base.remove", absent, true);
    const move = { from: absent.name, to: "basejail", jails: [jail.name], restart: false };
    await daemon.refused("not_found", "base.move", move, true);
  });
  await claim("what is no world does not become a base, and leaves none", async () => {
    const error = await daemon
      .job("base.install", { name: SECOND, source: { kind: "directory", path: "/var/empty" } })
      .catch((reason) => reason);
    ok(["base_invalid", "invalid"].includes(error.code), error.message);
    await daemon.refused("not_found", "base.plan", { name: SECOND });
  });
  comment("a second base is installed: this takes as long as copying a world");
  await need(`base.install of ${SECOND} beside the first`, () => daemon.job("base.install", { name: SECOND, source }));
  const move = (from, to) => daemon.job("base.move", { from, to, jails: [jail.name], restart: false });
  await need("base.move takes a stopped jail to it, and back", async () => {
    await move("basejail", SECOND);
    equal([await users(daemon, SECOND), (await users(daemon, "basejail")).includes(jail.name)], [[jail.name], false]);
    const { fstab } = await daemon.call("jail.show", { name: jail.name });
    ok(fstab.text.includes(`/${SECOND} `), fstab.text);
    await move(SECOND, "basejail");
    equal(await users(daemon, SECOND), []);
  });
  await need("base.remove of the second one", async () => {
    await daemon.job("base.remove", { name: SECOND });
    await daemon.refused("not_found", "base.plan", { name: SECOND });
  });
}
