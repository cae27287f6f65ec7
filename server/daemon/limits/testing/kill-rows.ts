import { expect } from "vitest";
import { bring } from "../../jails/testing/kill-rows.ts";
import { NO_LIMITS } from "../../conf/rctl-conf.ts";
import { type KillRow, killRow } from "../../testing/kill-matrix.ts";

const LIMITS = { ...NO_LIMITS, memoryBytes: 512 * 1024 ** 2, processes: 100 };

export const LIMIT_KILL_ROWS: KillRow[] = [
  killRow({
    verb: "jail.set-limits",
    arrange: async (host) => {
      await bring(host, "running");
      await host.client.done("jail.set-limits", { name: "victim", limits: NO_LIMITS });
    },
    input: () => ({ name: "victim", limits: LIMITS }),
    goal: async (host) => {
      expect((await host.client.call("jail.limits", { name: "victim" })).limits).toEqual(LIMITS);
      await bring(host, "gone");
      expect((await host.client.call("limits.list", {})).jails).toEqual([]);
    },
  }),
];
