import { expect, test } from "vitest";
import type { Run } from "../host/run.ts";
import { Receiver } from "./receiver.ts";

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
