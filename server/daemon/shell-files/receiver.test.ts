import { expect, test } from "vitest";
import { KnastError } from "../../contract/errors.ts";
import type { Run } from "../host/run.ts";
import { poll } from "../testing/poll.ts";
import { Receiver } from "./receiver.ts";

test("a jail that says no and stays is ended: it would hold a process and descriptors for each try", async () => {
  let ended: unknown = null;
  const run: Run = (_program, _args, { take, signal } = {}) => {
    void take!(Buffer.from("df x 9 1 8 1% /\nready\nno name\n"));
    return new Promise((_, reject) =>
      signal!.addEventListener("abort", () => reject((ended = new KnastError("cancelled")))),
    );
  };
  const inside = { jail: { name: "a", jid: 3 }, user: null };
  const open = Receiver.open({ run }, inside, { directory: "/", file: "f", bytes: 1, taken: "ask" });
  await expect(open).rejects.toMatchObject({ code: "exists" });
  await poll("it is ended", () => ended, 10_000);
});

test("a jail that says much more than the script does is not listened to", async () => {
  let listened = 0;
  let goOn = () => {};
  const ready = new Promise<void>((resolve) => (goOn = resolve));
  const run: Run = async (_program, _args, options = {}) => {
    await options.take!(Buffer.from("df x 9 1 8 1% /\nready\n"));
    await ready;
    for (; listened < 1000; listened++) await options.take!(Buffer.alloc(4096, "\n"));
    return { status: 0, signal: null, stdout: "", stderr: "", timedOut: false };
  };
  const inside = { jail: { name: "a", jid: 3 }, user: null };
  const file = await Receiver.open({ run }, inside, { directory: "/", file: "f", bytes: 1, taken: "ask" });
  goOn();
  await file.done;
  expect(listened).toBeLessThan(10);
  expect(file.failed).toMatchObject({ code: "cancelled" });
});
