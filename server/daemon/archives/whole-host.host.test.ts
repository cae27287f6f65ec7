import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { TestHost } from "../testing/dev-host.ts";

let t: TestHost;
let set: string;
const NAMES = ["mail", "www"];
beforeAll(async () => {
  t = await TestHost.start();
  for (const [i, name] of NAMES.entries()) await t.client.done("jail.create", t.spec(name, i));
  await t.client.done("jail.start", { name: "mail" });
});
afterAll(() => t.stop());

const jails = async () => (await t.client.call("jail.list", {})).jails;
const sets = async () => (await t.client.call("host.sets", {})).sets;
const say = (events: { kind: string }[]) => events.flatMap((one) => ("text" in one ? [String(one.text)] : []));

it("archives all jails in one go, running or not, with the panel's data", async () => {
  const data = Buffer.from("SQLite format 3\0 and so on");
  const { upload } = await t.client.call("upload.open", { bytes: data.length });
  const path = `/v1/uploads/${upload}?offset=0`;
  const type = { "content-type": "application/octet-stream" };
  expect((await t.client.ask(path, data.toString("latin1"), type, "PUT")).status).toBe(200);
  await t.client.done("host.archive", { owners: { mail: ["anna"] }, panel: upload });
  const [one] = await sets();
  set = one!.set;
  expect(one).toMatchObject({ panel: true, missing: [], jails: NAMES.map((name) => ({ name })) });
  const kept = join(t.host.jails, ".archives", `host-${set}.knast.db`);
  expect(readFileSync(kept).equals(data)).toBe(true);
  expect((await t.client.refused("upload.show", { upload })).code).toBe("not_found");
  const { archives } = await t.client.call("archive.list", {});
  expect(archives.map(({ manifest }) => [manifest?.name, manifest?.running, manifest?.owners]).sort()).toEqual([
    ["mail", true, ["anna"]],
    ["www", false, []],
  ]);
});

it("brings back what is missing, with its id, and leaves what is there", async () => {
  const before = await jails();
  await t.client.done("jail.destroy", { name: "www" });
  const said = say(await t.client.done("host.restore", { set }));
  expect(said).toContain("mail: is here already and stays as it is");
  expect(said).toContain("www: restored");
  expect((await jails()).map(({ name, id }) => [name, id])).toEqual(before.map(({ name, id }) => [name, id]));
});

it("names what could not be done, and does the rest", async () => {
  await t.client.done("jail.destroy", { name: "www" });
  const gone = (await sets())[0]!.jails.find((one) => one.name === "www")!.archive!;
  await t.client.call("archive.remove", { archive: gone });
  expect((await sets())[0]!.missing).toEqual([gone]);
  const failure = await t.client.failed("host.restore", { set });
  expect(failure).toMatchObject({ code: "incomplete", message: expect.stringContaining("www") });
  expect((await t.client.failed("host.restore", { set: "20200101T000000Z" })).code).toBe("not_found");
  await t.client.call("host.forget-set", { set });
  expect(await sets()).toEqual([]);
  expect((await t.client.call("archive.list", {})).archives.length).toBe(1);
});
