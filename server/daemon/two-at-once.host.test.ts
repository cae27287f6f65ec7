import { afterAll, beforeAll, expect, test } from "vitest";
import { Failure } from "../contract/errors.ts";
import type { JobEvent } from "../contract/job.ts";
import { TestHost } from "./testing/dev-host.ts";

// Several callers want something of the same jail at the same moment. Whoever is second is told "busy" at once; afterwards
// each mount is there once and the address exactly when the jail runs.

const NAME = "shared";
/** KNAST_KILL=all: what the product promises. */
const ROUNDS = process.env.KNAST_KILL === "all" ? 100 : 25;
let host: TestHost;

beforeAll(async () => {
  host = await TestHost.start();
  await host.client.done("jail.create", host.spec(NAME, 0));
});
afterAll(() => host?.stop());

type Verb = "jail.start" | "jail.stop" | "jail.restart";
const VERBS: readonly Verb[] = ["jail.start", "jail.stop", "jail.restart"];
const GOAL: Record<Verb, boolean> = { "jail.start": true, "jail.stop": false, "jail.restart": true };

function expectWhole(): boolean {
  const up = host.jls().some((one) => one.name === NAME);
  const targets = host.mounts(NAME).map((one) => one.target);
  expect(new Set(targets).size).toBe(targets.length);
  expect(targets).toHaveLength(up ? 3 : 0);
  expect(host.addresses().filter((one) => one === host.address(0))).toHaveLength(up ? 1 : 0);
  return up;
}

test(
  `${ROUNDS} rounds of three at once: one of them gets its way, none disturbs it`,
  { timeout: 600_000 },
  async () => {
    let up = false;
    let rounds = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const three = [0, 1, 2].map((i) => VERBS[(round + i * (1 + (round % 2))) % 3]!);
      const replies = await Promise.all(three.map((verb) => host.client.raw(verb, { name: NAME })));
      const began = replies.flatMap((reply, i) =>
        reply.status === 202 ? [{ verb: three[i]!, ...(reply.body as { job: string }) }] : [],
      );
      const codes = replies.filter((one) => one.status !== 202).map((one) => (one.body as { code: string }).code);
      // A stop of a stopped jail may be refused for its own reason, before another one has the lock or after.
      for (const code of codes) expect(["busy", "already_running", "not_running"]).toContain(code);
      if (began.length === 0) expect(codes).not.toEqual(["busy", "busy", "busy"]);
      else rounds++;
      const ends: JobEvent[] = [];
      for (const { job } of began) ends.push((await host.client.follow(job)).at(-1)!);
      expect(ends.map((one) => one.kind)).toEqual(began.map(() => "done"));
      up = expectWhole();
      if (began.length === 1) expect(up).toBe(GOAL[began[0]!.verb]);
    }
    // Now and then a stop of a stopped jail has the lock and the others are told "busy": those rounds prove little.
    expect(rounds).toBeGreaterThan(ROUNDS / 2);
    const { state } = (await host.client.call("jail.list", {})).jails.find((one) => one.name === NAME)!;
    expect(state).toBe(up ? "running" : "stopped");
  },
);

test("a jail(8) by hand in between: what runs afterwards is whole", async () => {
  if (host.jls().length > 0) await host.client.done("jail.stop", { name: NAME });
  for (let round = 0; round < 5; round++) {
    const file = `${host.host.etc}/jail.conf.d/${NAME}.conf`;
    const [, reply] = await Promise.all([
      new Promise<void>((resolve) => setImmediate(() => (host.run("jail", ["-f", file, "-c", NAME]), resolve()))),
      host.client.raw("jail.start", { name: NAME }),
    ]);
    if (reply.status === 202) await host.client.follow((reply.body as { job: string }).job);
    if (expectWhole()) await host.client.done("jail.stop", { name: NAME });
    expect(expectWhole()).toBe(false);
  }
});

/** Who comes when the jail is half made hears of the name and of the address, each at its field. */
const reasons = ({ code, problems }: Failure) => (code === "invalid" ? problems.map((one) => one.code) : [code]);

test("ten creates of the same name and of the same address at once: one of each", async () => {
  const same = await Promise.all(
    Array.from({ length: 10 }, () => host.client.raw("jail.create", host.spec("twin", 1))),
  );
  expect(same.filter((one) => one.status === 202)).toHaveLength(1);
  const other = await Promise.all(
    Array.from({ length: 10 }, (_, i) => host.client.raw("jail.create", host.spec(`sibling_${i}`, 2))),
  );
  expect(other.filter((one) => one.status === 202)).toHaveLength(1);
  for (const { status, body } of [...same, ...other]) {
    if (status === 202)
      expect((await host.client.follow((body as { job: string }).job)).at(-1)).toMatchObject({ kind: "done" });
    else expect(["busy", "exists", "address_taken"]).toEqual(expect.arrayContaining(reasons(Failure.parse(body))));
  }
  const jails = (await host.client.call("jail.list", {})).jails;
  expect(jails.filter((one) => one.addresses.includes(host.address(2)))).toHaveLength(1);
  for (const { name } of jails.filter((one) => one.name !== NAME)) await host.client.done("jail.destroy", { name });
});

test("an address that another running jail holds by hand is refused, and a stop leaves it to that one", async () => {
  await host.client.done("jail.create", host.spec("one", 3));
  await host.client.done("jail.create", host.spec("two", 4));
  const file = `${host.host.etc}/jail.conf.d/two.conf`;
  const text = host.run("/bin/cat", [file]).stdout.replaceAll(host.address(4), host.address(3));
  await host.client.done("jail.start", { name: "one" });
  host.run("/bin/sh", ["-c", 'printf "%s" "$1" > "$2"', "sh", text, file]);
  expect(await host.client.failed("jail.start", { name: "two" })).toMatchObject({ code: "address_taken" });
  expect(host.run("jail", ["-f", file, "-c", "two"]).status).toBe(0);
  await host.client.done("jail.stop", { name: "two" });
  expect(host.addresses()).toContain(host.address(3));
  expect(host.mounts("one")).toHaveLength(3);
  await host.client.done("jail.stop", { name: "one" });
  expect(host.addresses()).not.toContain(host.address(3));
});
