import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { bring } from "../../jails/testing/kill-rows.ts";
import type { TestHost } from "../../testing/dev-host.ts";
import { type KillRow, killRow } from "../../testing/kill-matrix.ts";
import { PortsRepository } from "./ports-repository.ts";

const repositories = new Map<string, PortsRepository>();
let commits = 0;

async function newCommit(host: TestHost): Promise<void> {
  const path = join(host.host.state, "ports.git");
  const repository = repositories.get(path) ?? new PortsRepository(path);
  repositories.set(path, repository);
  const { sourcesFile } = await host.client.call("ports.info", {});
  writeFileSync(sourcesFile, `${repository.url}\n`);
  await host.client.call("ports.configure", { url: repository.url, branch: "main", schedule: null });
  repository.commit("Makefile", `N=${++commits}\n`);
}

const built = (host: TestHost) => join(host.host.jails, "victim/var/ports");

export const PORTS_KILL_ROWS: KillRow[] = [
  killRow({
    verb: "ports.update",
    arrange: newCommit,
    input: () => ({}),
    changesBase: true,
    goal: async (host) => {
      const tree = join(host.host.jails, "basejail/usr/ports");
      const wanted = readFileSync(join(host.host.state, "ports.git/Makefile"), "utf8");
      expect(readFileSync(join(tree, "Makefile"), "utf8")).toBe(wanted);
    },
  }),
  ...(["running", "stopped"] as const).map((state) =>
    killRow({
      verb: "ports.clean",
      of: `a ${state} jail`,
      arrange: async (host) => {
        await bring(host, state);
        mkdirSync(join(built(host), "work"), { recursive: true });
        writeFileSync(join(built(host), "work/object"), "x");
      },
      input: () => ({ jail: { name: "victim" } }),
      goal: async (host) => {
        if (existsSync(built(host))) expect(readdirSync(built(host))).toEqual([]);
      },
    }),
  ),
];
