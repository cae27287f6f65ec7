import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { Courtesy } from "./courtesy.ts";
import { Session } from "./session.ts";

test("a shell whose pty could not be had leaves no timer that ends it later", async () => {
  const ended: unknown[] = [];
  const make = () =>
    new Session({
      id: "t",
      jail: { name: "a", jid: 3, id: null },
      actor: "anna",
      shell: "/bin/sh",
      account: "root",
      note: null,
      argv: [],
      env: {},
      cols: 80,
      rows: 24,
      span: { idleAfter: 20, longest: 0, warnBefore: 0 },
      waits: { graceFor: 0, patience: 0, drainFor: 0 },
      courtesy: new Courtesy(),
      ended: (session) => void ended.push(session),
    });
  expect(make).toThrow();
  await sleep(150);
  expect(ended).toEqual([]);
});
