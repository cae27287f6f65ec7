import { expect } from "vitest";
import { bring } from "../../jails/testing/kill-rows.ts";
import type { TestHost } from "../../testing/dev-host.ts";
import { type KillRow, killRow } from "../../testing/kill-matrix.ts";
import { type ArchiveServer, serveArchive } from "./archive-server.ts";

const base = async (host: TestHost, name: string) =>
  (await host.client.call("base.list", {})).bases.find((one) => one.name === name);
const victim = async (host: TestHost) =>
  (await host.client.call("jail.list", {})).jails.find((one) => one.name === "victim");
async function remove(host: TestHost, name: string): Promise<void> {
  if (await base(host, name)) await host.client.done("base.remove", { name });
}
async function have(host: TestHost, name: string): Promise<void> {
  if (!(await base(host, name))) await host.client.done("base.update", { name: "basejail", to: name });
}

const servers = new WeakMap<TestHost, Promise<ArchiveServer>>();
const server = (host: TestHost): Promise<ArchiveServer> => {
  const one = servers.get(host) ?? serveArchive(host, host.host.world);
  servers.set(host, one);
  return one;
};

export const BASE_KILL_ROWS: KillRow[] = [
  killRow({
    verb: "base.install",
    of: "the host's world",
    // A base on which jails stand is not replaced; other rows may have left some, and one that was taken over from elsewhere, which needs none.
    arrange: async (host) => {
      for (const { name, id } of (await base(host, "basejail"))?.users ?? [])
        if (id !== null) await bring(host, "gone", host.spec(name, 0));
    },
    input: () => ({ source: { kind: "host" } }),
    changesBase: true,
    goal: async (host) => {
      expect((await host.client.call("host.info", {})).base).toMatchObject({ source: "the host's own world" });
    },
  }),
  killRow({
    verb: "base.install",
    of: "by URL, beside another",
    arrange: (host) => remove(host, "basejail-url"),
    input: async (host) => ({ name: "basejail-url", source: { kind: "url", url: (await server(host)).url("good") } }),
    goal: async (host) => {
      expect(await base(host, "basejail-url")).toMatchObject({ sha256: (await server(host)).sha256 });
      await remove(host, "basejail-url");
    },
  }),
  killRow({
    verb: "base.update",
    of: "into a new base",
    arrange: (host) => remove(host, "basejail-new"),
    input: () => ({ name: "basejail", to: "basejail-new" }),
    reached: ["exists"],
    goal: async (host) => {
      expect(await base(host, "basejail-new")).toMatchObject({ release: expect.stringMatching(/-p3$/) });
      await remove(host, "basejail-new");
    },
  }),
  killRow({
    verb: "base.move",
    of: "a jail that runs",
    only: /^(?!stop-|start-)|^(stop-shells|stop-verify|start-check|start-verify)$/,
    arrange: async (host) => {
      await have(host, "basejail-moved");
      await bring(host, "gone");
      await bring(host, "running");
    },
    input: () => ({ from: "basejail", to: "basejail-moved", jails: ["victim"], restart: true }),
    holds: async (host) => expect(await victim(host)).toMatchObject({ state: "running" }),
    reached: ["invalid"],
    goal: async (host) => {
      expect(await host.client.call("jail.show", { name: "victim" })).toMatchObject({ base: "basejail-moved" });
      await bring(host, "running");
      expect(host.run("jexec", ["-l", "victim", "/bin/cat", "/basejail/COPYRIGHT"]).stdout).toContain("patched");
      await bring(host, "gone");
    },
  }),
  killRow({
    verb: "base.remove",
    arrange: (host) => have(host, "basejail-old"),
    input: () => ({ name: "basejail-old" }),
    reached: ["not_found"],
    goal: async (host) => expect(await base(host, "basejail-old")).toBeUndefined(),
  }),
];
