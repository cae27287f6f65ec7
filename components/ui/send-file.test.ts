import { expect, test } from "vitest";
import { UPLOAD_PIECE } from "@/server/contract/upload.ts";
import { sendFile } from "./send-file.ts";

const ID = "a".repeat(32);

/** A panel that takes pieces and, by `broken`, now and then keeps a part of one and answers nothing. */
function panel(broken: (nth: number) => boolean) {
  const got: Buffer[] = [];
  let nth = 0;
  const received = () => got.reduce((sum, one) => sum + one.length, 0);
  const ask = (async (url: string, init?: RequestInit) => {
    const answer = () => Response.json({ upload: ID, bytes: 1, received: received() });
    if (init?.method !== "POST") return answer();
    const offset = Number(new URL(url, "http://x").searchParams.get("offset"));
    const piece = Buffer.from(await (init.body as Blob).arrayBuffer());
    expect(piece.length).toBeLessThanOrEqual(UPLOAD_PIECE);
    if (offset !== received()) return Response.json({ code: "invalid", message: "", problems: [] }, { status: 400 });
    if (broken(nth++)) {
      got.push(piece.subarray(0, piece.length >> 1));
      throw new TypeError("Failed to fetch");
    }
    got.push(piece);
    return answer();
  }) as typeof fetch;
  return { ask, whole: () => Buffer.concat(got) };
}
const file = Buffer.from(Array.from({ length: 3_000_001 }, (_, i) => i % 251));
const send = (ask: typeof fetch, signal = new AbortController().signal, seen: number[] = []) =>
  sendFile(
    new Blob([file]),
    { upload: ID, bytes: file.length, received: 0 },
    {
      signal,
      progress: (n) => seen.push(n),
      fetch: ask,
      pause: 0,
    },
  );

test("arrives whole, byte for byte, over a line that breaks", async () => {
  const { ask, whole } = panel((nth) => nth % 3 === 1);
  const seen: number[] = [];
  expect(await send(ask, undefined, seen)).toBeNull();
  expect(whole().equals(file)).toBe(true);
  expect(seen.at(-1)).toBe(file.length);
});

test("gives up on a full disk, on a line that stays broken, and when it is told to", async () => {
  const full = (async () =>
    Response.json({ code: "disk_full", message: "", problems: [] }, { status: 507 })) as typeof fetch;
  expect(await send(full)).toMatchObject({ code: "disk_full" });
  const dead = (async () => Promise.reject(new TypeError("Failed to fetch"))) as typeof fetch;
  expect(await send(dead)).toMatchObject({ code: "unavailable" });
  const stop = new AbortController();
  stop.abort();
  await expect(send(dead, stop.signal)).rejects.toThrow(/abort/i);
});
