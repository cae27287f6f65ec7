import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, statfsSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Upload } from "../../contract/upload.ts";
import { UPLOAD_PIECE } from "../../contract/upload.ts";
import { TestHost } from "../testing/dev-host.ts";
import { poll } from "../testing/poll.ts";

let host: TestHost;
beforeAll(async () => {
  host = await TestHost.start({ base: false });
});
afterAll(() => host?.stop());

const stored = (upload: string) => join(host.daemonState, "uploads", upload);
const open = (bytes: number) => host.client.call("upload.open", { bytes });
const show = (upload: string) => host.client.call("upload.show", { upload });

/** A PUT as it is, and its answer. */
function put(path: string, bytes: Buffer, headers: Record<string, string | number> = {}) {
  return new Promise<{ status: number; body: Upload & { code?: string } }>((resolve, reject) => {
    const outgoing = request(
      {
        socketPath: host.socket,
        path,
        method: "PUT",
        agent: false,
        headers: { "content-length": bytes.length, ...headers },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () =>
          resolve({ status: response.statusCode!, body: JSON.parse(Buffer.concat(chunks).toString() || "null") }),
        );
      },
    );
    outgoing.on("error", reject);
    outgoing.end(bytes);
  });
}
const piece = (upload: string, offset: number, bytes: Buffer, headers = {}) =>
  put(`/v1/uploads/${upload}?offset=${offset}`, bytes, headers);

test("a file arrives in pieces, byte for byte, 0600", async () => {
  const bytes = randomBytes(UPLOAD_PIECE + 12345);
  const { upload } = await open(bytes.length);
  expect(await piece(upload, 0, bytes.subarray(0, UPLOAD_PIECE))).toMatchObject({
    status: 200,
    body: { received: UPLOAD_PIECE },
  });
  await host.knastd.stop();
  await host.startKnastd();
  expect(await show(upload)).toEqual({ upload, bytes: bytes.length, received: UPLOAD_PIECE });
  expect((await piece(upload, UPLOAD_PIECE, bytes.subarray(UPLOAD_PIECE))).body.received).toBe(bytes.length);
  const sum = (data: Buffer) => createHash("sha256").update(data).digest("hex");
  expect(sum(readFileSync(stored(upload)))).toBe(sum(bytes));
  expect(statSync(stored(upload)).mode & 0o777).toBe(0o600);
  expect(statSync(join(host.daemonState, "uploads")).mode & 0o777).toBe(0o700);
  expect((await piece(upload, bytes.length, Buffer.from("x"))).status).toBe(413);
  await host.client.call("upload.remove", { upload });
  expect(readdirSync(join(host.daemonState, "uploads"))).toEqual([]);
});

test("refuses gaps, overlaps, what is too large, strange ids and strange paths", async () => {
  const { upload } = await open(100);
  const ten = Buffer.alloc(10);
  expect(await piece(upload, 5, ten)).toMatchObject({ status: 400, body: { code: "invalid" } });
  expect((await piece(upload, 0, ten)).status).toBe(200);
  expect(await piece(upload, 0, ten)).toMatchObject({ status: 400, body: { code: "invalid" } });
  expect(await piece(upload, 10, Buffer.alloc(91))).toMatchObject({ status: 413, body: { code: "too_large" } });
  expect((await piece("0".repeat(32), 0, ten)).status).toBe(404);
  expect((await piece(upload, 10, ten, { "knast-actor": "../x" })).status).toBe(400);
  for (const path of [
    `/v1/uploads/${upload}`,
    `/v1/uploads/../x?offset=0`,
    `/v1/uploads/${upload}?offset=-1`,
    `/v1/uploads/${upload}?offset=10&x`,
  ])
    expect((await put(path, ten)).status).toBe(404);
  expect(await show(upload)).toMatchObject({ received: 10 });
  await host.client.call("upload.remove", { upload });
});

test("what has arrived of a broken piece stays, and the sender goes on from there", async () => {
  const { upload } = await open(1000);
  const outgoing = request({
    socketPath: host.socket,
    path: `/v1/uploads/${upload}?offset=0`,
    method: "PUT",
    agent: false,
    headers: { "content-length": 1000 },
  });
  outgoing.on("error", () => {});
  outgoing.write(Buffer.alloc(400, "a"));
  await poll("400 bytes are there", async () => (await show(upload)).received === 400);
  expect(await piece(upload, 400, Buffer.alloc(600, "b"))).toMatchObject({ status: 409, body: { code: "busy" } });
  expect(await host.client.refused("upload.remove", { upload })).toMatchObject({ code: "busy" });
  outgoing.destroy();
  await poll("it goes on", async () => (await piece(upload, 400, Buffer.alloc(600, "b"))).status === 200);
  expect(readFileSync(stored(upload), "utf8")).toBe("a".repeat(400) + "b".repeat(600));
  await host.client.call("upload.remove", { upload });
});

test("four at most; idle ones and bytes of nobody go", async () => {
  const four = [await open(1), await open(1), await open(1), await open(1)];
  expect(await host.client.refused("upload.open", { bytes: 1 })).toMatchObject({ code: "too_many" });
  expect(await host.client.refused("upload.open", { bytes: 2 ** 40 + 1 })).toMatchObject({ code: "invalid" });
  const [old, young] = four as [Upload, Upload];
  await piece(young.upload, 0, Buffer.from("x"));
  const days = new Date(Date.now() - 25 * 3600_000);
  for (const { upload } of [old, young]) utimesSync(`${stored(upload)}.json`, days, days);
  mkdirSync(join(host.daemonState, "uploads"), { recursive: true });
  writeFileSync(stored("f".repeat(32)), "of nobody");
  await open(1);
  const left = readdirSync(join(host.daemonState, "uploads"));
  expect(left.filter((name) => name.startsWith(old.upload))).toEqual([]);
  expect(left).toContain(young.upload);
  expect(left).not.toContain("f".repeat(32));
  for (const name of left.filter((one) => one.endsWith(".json")))
    await host.client.call("upload.remove", { upload: name.slice(0, 32) });
  const { bavail, bsize } = statfsSync(host.daemonState);
  const beyond = Math.min(2 ** 40, bavail * bsize + 2 ** 34);
  if (bavail * bsize < 2 ** 40)
    expect(await host.client.refused("upload.open", { bytes: beyond })).toMatchObject({ code: "disk_full" });
});
