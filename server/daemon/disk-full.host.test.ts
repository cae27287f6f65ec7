import { afterAll, beforeAll, expect, test } from "vitest";
import { startDevHost } from "../devjail/fixture.ts";
import { TestHost } from "./testing/dev-host.ts";

// Each of the three places that knastd writes to stands on a small disk of its own and is filled up.

type Place = "jails" | "etc" | "state";
let host: TestHost;

beforeAll(async () => {
  host = new TestHost(await startDevHost());
  const { jails, etc } = host.host;
  small(jails, "24m");
  small(etc, "1m");
  small(host.daemonState, "1m");
  await host.startKnastd();
  await host.client.done("base.install", { source: { kind: "host" } });
  await host.client.call("host.configure", { pools: [{ interface: host.host.interface, block: host.host.pool }] });
  await host.client.done("jail.create", host.spec("one", 0));
  await host.client.done("jail.start", { name: "one" });
});
afterAll(() => host?.stop());

const sh = (script: string, ...args: string[]) => {
  const { status, stdout, stderr } = host.run("/bin/sh", [
    "-c",
    `PATH=/usr/sbin:/usr/bin:/sbin:/bin; ${script}`,
    "sh",
    ...args,
  ]);
  if (status !== 0) throw new Error(`${script}: ${stderr}`);
  return stdout;
};

/** A file system of its own over a directory, with what is in it; it is seen on the host only, not from here. */
function small(path: string, size: string): void {
  sh(
    'mkdir -p "$1" && cp -a "$1" "$1.full" && mount -t tmpfs -o "size=$2,mode=0755" tmpfs "$1" && cp -a "$1.full/." "$1/"',
    path,
    size,
  );
}

const pathOf = (place: Place) => (place === "state" ? host.daemonState : host.host[place]);

/** @param spare KiB that stay free */
function fill(place: Place, spare: number): void {
  sh(
    'dd if=/dev/zero of="$1/fill" bs=4k 2>/dev/null; truncate -s "-$2K" "$1/fill"; sync "$1/fill"',
    pathOf(place),
    String(spare),
  );
}
const unfill = (place: Place) => sh('rm -f "$1/fill"', pathOf(place));

const leftOf = (name: string) => {
  const { jails, etc } = host.host;
  return sh(
    'ls -d "$1/$3" "$1"/.new/* "$1"/.trash/* "$2/fstab.$3" "$2/jail.conf.d/$3.conf" "$2"/.*.tmp "$2"/jail.conf.d/.*.tmp "$4"/journal/* 2>/dev/null || true',
    jails,
    etc,
    name,
    host.daemonState,
  );
};

const cases = (["jails", "etc", "state"] as const).flatMap((place) => [0, 8, 40].map((spare) => ({ place, spare })));

test.each(cases)(
  "$place full but for $spare KiB: a create fails as disk_full or is done, a running jail can be stopped",
  async ({ place, spare }) => {
    const { client } = host;
    if (host.jls().length === 0) await client.done("jail.start", { name: "one" });
    fill(place, spare);
    try {
      const { status, body } = await client.raw("jail.create", host.spec("two", 1));
      const last = status === 202 ? (await client.follow((body as { job: string }).job)).at(-1) : null;
      if (last?.kind !== "done") {
        expect(last ?? { failure: body }).toMatchObject({ failure: { code: "disk_full" } });
        expect(leftOf("two")).toBe("");
      }
      const names = (await client.call("jail.list", {})).jails.map((one) => one.name);
      expect(names).toEqual(last?.kind === "done" ? ["one", "two"] : ["one"]);
      await client.done("jail.stop", { name: "one" });
      expect(host.jls()).toEqual([]);
      expect(host.addresses()).not.toContain(host.address(0));
    } finally {
      unfill(place);
    }
    const there = (await client.call("jail.list", {})).jails.some((one) => one.name === "two");
    if (!there) await client.done("jail.create", host.spec("two", 1));
    await client.done("jail.destroy", { name: "two" });
    expect(leftOf("two")).toBe("");
  },
);

test("a full state directory does not keep a jail from being destroyed", async () => {
  await host.client.done("jail.create", host.spec("two", 1));
  fill("state", 0);
  try {
    await host.client.done("jail.destroy", { name: "two" });
  } finally {
    unfill("state");
  }
  expect(leftOf("two")).toBe("");
});

test("a full state directory keeps no record from the trail: it waits in memory, and the chain is whole", async () => {
  const { client } = host;
  await client.done("jail.create", host.spec("two", 1));
  const last = async () => (await client.call("audit.list", { limit: 1 })).records[0]!.seq;
  const before = await last();
  fill("state", 0);
  try {
    for (let i = 0; i < 20; i++)
      await client.refused("jail.start", { name: "absent" }, { "knast-request": `full-${i}` });
    await client.done("jail.destroy", { name: "two" }, { "knast-request": "full-destroy" });
    // A page's last bytes may have been left for a few of them; the rest is in memory.
    expect((await last()) - before).toBeLessThan(22);
  } finally {
    unfill("state");
  }
  await client.call("host.configure", { pools: [{ interface: host.host.interface, block: host.host.pool }] });
  const { records } = await client.call("audit.list", { limit: 200 });
  const of = (id: string) => records.filter(({ requestId }) => requestId === id).map(({ result }) => result);
  for (let i = 0; i < 20; i++) expect(of(`full-${i}`)).toEqual(["failed"]);
  expect(of("full-destroy")).toEqual(["ok", "begun"]);
  expect(await client.call("audit.verify", {})).toMatchObject({ problem: null });
});

test("a full state directory keeps downloads here that can't be put on record; afterwards they go on", async () => {
  const archive = "mail-20260101T000000Z.knast.tar";
  sh('mkdir -p -m 0700 "$1/.archives" && echo all of it >"$1/.archives/$2"', host.host.jails, archive);
  const get = async (request: string) => {
    const path = `/v1/archives/${archive}`;
    const response = await host.client.post(path, "", { "knast-request": request }, "GET");
    let text = "";
    for await (const piece of response.setEncoding("utf8")) text += piece;
    return { status: response.statusCode, text };
  };
  fill("state", 0);
  const taken: string[] = [];
  try {
    // A page's last bytes may take a few.
    for (let i = 0; i < 30; i++) {
      const { status, text } = await get(`get-${i}`);
      if (status === 200) taken.push(`get-${i}`);
      else expect({ status, text }).toMatchObject({ status: 507, text: expect.not.stringContaining("all of it") });
    }
    expect(taken.length).toBeLessThan(30);
  } finally {
    unfill("state");
  }
  expect(await get("after")).toEqual({ status: 200, text: "all of it\n" });
  const { records } = await host.client.call("audit.list", { what: "archive.download", limit: 50 });
  expect(records.map(({ requestId }) => requestId).toReversed()).toEqual([...taken, "after"]);
});

test.each([0, 8, 40])("jails full but for %s KiB: a flavour is saved or stays as it was", async (spare) => {
  const flavour = (title: string, bytes: number) => {
    const file = { path: "/root/file", mode: 0o644, text: "x".repeat(bytes) };
    return { name: "mine", title, description: "", files: [file], settings: {}, firstBoot: "" };
  };
  const shown = async () => (await host.client.call("flavour.show", { name: "mine" })).flavour;
  await host.client.done("flavour.save", { flavour: flavour("Old", 10) });
  fill("jails", spare);
  try {
    const failure = await host.client.failed("flavour.save", { flavour: flavour("New", 60_000) });
    expect(failure.code).toBe("disk_full");
    expect(await shown()).toMatchObject({ title: "Old", files: [{ text: "x".repeat(10) }] });
  } finally {
    unfill("jails");
  }
  expect(leftOf("mine")).toBe("");
});
