import { appendFileSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ViewerClient } from "../terminals/testing/viewer-client.ts";
import { TestHost } from "../testing/dev-host.ts";
import { poll } from "../testing/poll.ts";

let host: TestHost;
let id: string | null;
const AS_OLAF = { "knast-actor": "olaf" };
beforeAll(async () => {
  host = await TestHost.start();
  await host.client.done("jail.create", host.spec("mail", 1));
  await host.client.done("jail.start", { name: "mail" });
  id = (await host.client.call("jail.show", { name: "mail" })).id;
});
afterAll(() => host?.stop());

const file = (recording: string) => join(host.host.jails, ".archives", recording);
async function open() {
  const { terminal } = await host.client.call("terminal.open", { name: "mail", cols: 80, rows: 24 }, AS_OLAF);
  const url = `ws+unix:${host.socket}:/v1/terminals/${terminal}`;
  const viewer = new ViewerClient(url, { headers: AS_OLAF });
  await viewer.see(/# $/);
  return { terminal, viewer };
}
async function download(recording: string): Promise<string> {
  const response = await host.client.post(`/v1/recordings/${recording}`, "", {}, "GET");
  expect(response.statusCode).toBe(200);
  let text = "";
  for await (const piece of response.setEncoding("utf8")) text += piece;
  return text;
}

test("a shell in a jail is recorded into the jail's archives, found by its id, downloaded and removed", async () => {
  const { terminal, viewer } = await open();
  const { recording } = await host.client.call("terminal.record", { terminal, on: true }, AS_OLAF);
  viewer.type("echo in-the-ja''il\r");
  await viewer.see("in-the-jail");
  expect((await host.client.call("recording.list", {})).recordings).toMatchObject([
    { recording, jail: "mail", id, by: "olaf", live: true },
  ]);
  expect(await host.client.call("terminal.record", { terminal, on: false }, AS_OLAF)).toEqual({ recording });
  expect(await host.client.call("terminal.record", { terminal, on: false }, AS_OLAF)).toEqual({ recording: null });
  const text = await download(recording!);
  expect(text).toBe(readFileSync(file(recording!), "utf8"));
  expect(text).toContain("in-the-jail");
  const own = { who: "root", jail: "mail", jailId: id, origin: "knastd" };
  const trail = async (what: string) => (await host.client.call("audit.list", { what })).records;
  expect(await trail("recording.download")).toMatchObject([{ ...own, object: recording }]);
  // Its person has just opened it; the host's root, who looks at it as well, is on record.
  expect(await trail("terminal.view")).toEqual([]);
  const roots = new ViewerClient(`ws+unix:${host.socket}:/v1/terminals/${terminal}`);
  await roots.until(({ hellos }) => hellos.length > 0, "root sees it");
  expect(await trail("terminal.view")).toMatchObject([{ ...own, terminal, account: "olaf", result: "ok" }]);
  await host.client.call("recording.remove", { recording: recording! });
  expect((await host.client.call("recording.list", {})).recordings).toEqual([]);
  await host.client.call("terminal.close", { terminal });
});

test("two that ask for it at once get the same recording, and none is left over", async () => {
  const { terminal } = await open();
  const ask = () => host.client.call("terminal.record", { terminal, on: true }, AS_OLAF);
  const [one, two] = await Promise.all([ask(), ask()]);
  expect(one).toEqual(two);
  expect((await host.client.call("recording.list", {})).recordings).toMatchObject([
    { recording: one.recording, live: true },
  ]);
  await host.client.call("terminal.close", { terminal });
  // its length is that of the whole, however soon somebody asks
  const seen = async () => (await host.client.call("recording.list", {})).recordings[0]!;
  const bytes = () => readFileSync(file(one.recording!)).length;
  await poll("it is shown whole", async () => !(await seen()).live && (await seen()).bytes === bytes());
  await host.client.call("recording.remove", { recording: one.recording! });
});

test("after kill -9 in the middle of a flood it can be played up to then, and nothing is still being recorded", async () => {
  const { terminal, viewer } = await open();
  const { recording } = await host.client.call("terminal.record", { terminal, on: true }, AS_OLAF);
  viewer.type("yes flood\r");
  const written = () => readFileSync(file(recording!)).length;
  const deadline = Date.now() + 20_000;
  while (written() < 200_000 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
  host.knastd.process.kill("SIGKILL");
  await host.knastd.ended;
  expect(written()).toBeGreaterThanOrEqual(200_000);
  // What a power cut leaves of a line.
  appendFileSync(file(recording!), '[99.5,"o","half of a');
  await host.startKnastd();
  const [one] = (await host.client.call("recording.list", {})).recordings;
  expect(one).toMatchObject({ recording, jail: "mail", id, by: "olaf", live: false });
  const lines = (await download(recording!)).split("\n");
  expect(lines.pop()).toBe("");
  const events = lines.map((line) => JSON.parse(line) as unknown[]);
  expect(events.length).toBeGreaterThan(2);
  expect(one!.seconds).toBe(events.at(-1)![0]);
  expect(lines.join("")).not.toContain("half of a");
  await host.client.call("recording.remove", { recording: recording! });
});

test("what lies there under such a name and is none is passed over: a link, another's file", async () => {
  const name = (n: number) => `mail-20200101T000000Z-0000000${n}.knast.cast`;
  symlinkSync("/etc/passwd", file(name(1)));
  writeFileSync(file(name(2)), "not a recording\n");
  writeFileSync(file(name(3)), "");
  expect((await host.client.call("recording.list", {})).recordings).toEqual([]);
  const { status } = await host.client.ask(`/v1/recordings/${name(1)}`, "", {}, "GET");
  expect(status).toBeGreaterThanOrEqual(400);
  for (const path of ["..%2f..%2fetc%2fpasswd", "../archives/x", `${name(1)}/../x`, "mail.knast.cast"])
    expect((await host.client.ask(`/v1/recordings/${path}`, "", {}, "GET")).status).toBe(404);
});
