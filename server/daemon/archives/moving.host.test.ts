import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { UPLOAD_PIECE } from "../../contract/upload.ts";
import { TestHost } from "../testing/dev-host.ts";
import { poll } from "../testing/poll.ts";

let host: TestHost;
const dir = () => join(host.host.jails, ".archives");
const names = () => (existsSync(dir()) ? readdirSync(dir()) : []);

beforeAll(async () => {
  host = await TestHost.start();
  await host.client.done("jail.create", host.spec("mail", 1));
  await host.client.done("jail.create", host.spec("web", 2));
  writeFileSync(join(host.host.jails, "mail/root/letter"), randomBytes(100_000_000));
});
afterAll(() => host?.stop());

/** One request as it is. */
function ask(method: string, path: string, body: Buffer, headers: Record<string, string | number> = {}) {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: Buffer }>((resolve, reject) => {
    const options = { socketPath: host.socket, path, method, agent: false };
    const outgoing = request({ ...options, headers: { "content-length": body.length, ...headers } }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
const get = (archive: string, headers = {}) => ask("GET", `/v1/archives/${archive}`, Buffer.alloc(0), headers);

test("cancelled while it is written, nothing of it is left", async () => {
  const { job } = await host.client.call("archive.create", { name: "mail" });
  await poll("it writes", () => names().some((name) => name.endsWith(".partial")));
  await host.client.call("job.cancel", { job });
  expect((await host.client.follow(job)).at(-1)).toMatchObject({ kind: "failed", failure: { code: "cancelled" } });
  expect(names()).toEqual([]);
  expect(await host.client.call("job.get", { job })).toMatchObject({ state: "failed", cancellable: false });
});

test("two jails at once; a second archive of one jail is told busy", async () => {
  const [mail, web] = await Promise.all([
    host.client.call("archive.create", { name: "mail" }),
    host.client.call("archive.create", { name: "web" }),
  ]);
  expect(await host.client.refused("archive.create", { name: "mail" })).toMatchObject({ code: "busy" });
  for (const { job } of [mail, web]) expect((await host.client.follow(job)).at(-1)).toMatchObject({ kind: "done" });
  expect(names().length).toBe(2);
});

test("is sent whole, in parts, and goes on only if it is still the same", async () => {
  const archive = names().find((name) => name.startsWith("web"))!;
  const whole = readFileSync(join(dir(), archive));
  const all = await get(archive);
  expect([all.status, all.body.equals(whole)]).toEqual([200, true]);
  const etag = all.headers.etag as string;
  const part = await get(archive, { range: "bytes=10-19", "if-range": etag });
  expect([part.status, part.headers["content-range"]]).toEqual([206, `bytes 10-19/${whole.length}`]);
  expect(part.body.equals(whole.subarray(10, 20))).toBe(true);
  expect((await get(archive, { range: "bytes=10-19", "if-range": '"other"' })).body.length).toBe(whole.length);
  expect((await get(archive, { range: `bytes=${whole.length}-` })).status).toBe(416);
  expect((await get("none-20200101T000000Z.knast.tar")).status).toBe(404);
  const { id } = await host.client.call("jail.show", { name: "web" });
  const { records } = await host.client.call("audit.list", { what: "archive.download", jail: "web", jailId: id! });
  const others = `${archive}, bytes 10-19`;
  expect(records.map(({ object }) => object).toReversed()).toEqual([archive, others, archive]);
  for (const path of ["/v1/archives/../x", "/v1/archives/.x.partial", `/v1/archives/${archive}?x`])
    expect((await ask("GET", path, Buffer.alloc(0))).status).toBe(404);
});

test("an archive of another host is uploaded, checked and kept; a forged one is not", async () => {
  const archive = names().find((name) => name.startsWith("web"))!;
  const bytes = readFileSync(join(dir(), archive));
  const { archives } = await host.client.call("archive.list", {});
  const { createdAt } = archives.find((one) => one.archive === archive)!.manifest!;
  expect(archive).toBe(`web-${createdAt.slice(0, 19).replace(/[-:]/g, "")}Z.knast.tar`);
  const send = async (file: Buffer) => {
    const { upload } = await host.client.call("upload.open", { bytes: file.length });
    for (let at = 0; at < file.length; at += UPLOAD_PIECE) {
      const piece = file.subarray(at, at + UPLOAD_PIECE);
      expect((await ask("PUT", `/v1/uploads/${upload}?offset=${at}`, piece)).status).toBe(200);
    }
    return upload;
  };
  const imported = async (upload: string) =>
    host.client.follow((await host.client.call("archive.import", { upload })).job);
  rmSync(join(dir(), archive));
  await host.client.done("archive.import", { upload: await send(bytes) });
  expect(readFileSync(join(dir(), archive)).equals(bytes)).toBe(true);
  // The same file twice at the same time: two archives, none over the other.
  const twice = await Promise.all([await send(bytes), await send(bytes)].map((upload) => imported(upload)));
  expect(twice.map((one) => one.at(-1)?.kind)).toEqual(["done", "done"]);
  expect(names().length).toBe(4);
  for (const name of names().filter((one) => one.startsWith("web") && one !== archive)) rmSync(join(dir(), name));
  const manifest = bytes.subarray(0, 60_000).toString("latin1");
  const forged = (from: string, to: string) => {
    const text = Buffer.from(bytes);
    text.write(to, manifest.indexOf(from), "latin1");
    return text;
  };
  expect(manifest).toContain(`"running": false`);
  for (const file of [
    forged("knast-jail-1", "knast-jail-9"),
    forged('"name": "web"', '"name": "../"'),
    forged('"running": false', '"exec.start": 1'),
    forged("tree.tar", "true.tar"),
    bytes.subarray(0, bytes.length - 512),
    randomBytes(200_000),
  ]) {
    const upload = await send(file);
    expect(await host.client.failed("archive.import", { upload })).toMatchObject({ code: "archive_invalid" });
    await host.client.call("upload.remove", { upload });
  }
  expect(names().length).toBe(2);
  expect(host.scratch()).toEqual([]);
});

test("jails whose own tar never ends hold up nobody else, and can be given up", async () => {
  for (const name of ["mail", "web"]) {
    await host.client.done("jail.start", { name });
    // A link to the base, in a tree that is its root's.
    const bin = join(host.host.jails, name, "usr/bin");
    rmSync(bin);
    mkdirSync(bin);
    writeFileSync(join(bin, "bsdtar"), "#!/bin/sh\nwhile :; do /bin/sleep 1; done\n", { mode: 0o755 });
  }
  const stalled = [];
  for (const name of ["mail", "web"]) stalled.push((await host.client.call("archive.create", { name })).job);
  await poll("both write", () => names().filter((name) => name.endsWith(".partial")).length === 2);
  await host.client.done("jail.create", host.spec("third", 3));
  for (const job of stalled) {
    await host.client.call("job.cancel", { job });
    expect((await host.client.follow(job)).at(-1)).toMatchObject({ kind: "failed", failure: { code: "cancelled" } });
  }
});
