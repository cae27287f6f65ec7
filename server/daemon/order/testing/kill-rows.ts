import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { bring, stateOf } from "../../jails/testing/kill-rows.ts";
import { type KillRow, killRow } from "../../testing/kill-matrix.ts";

export const ORDER_KILL_ROWS: KillRow[] = [
  killRow({
    verb: "host.start-all",
    arrange: async (host) => {
      const startsAtBoot = async () =>
        (await host.client.call("jail.list", {})).jails.find((one) => one.name === "victim")?.autostart;
      // One that another row has left may not.
      if (!(await startsAtBoot())) await bring(host, "gone");
      await bring(host, "stopped");
      const boots = await startsAtBoot();
      expect(boots, readFileSync(join(host.host.etc, "rc.conf"), "utf8")).toBe(true);
    },
    input: () => ({}),
    goal: async (host) => expect(await stateOf(host)).toBe("running"),
  }),
  killRow({
    verb: "host.stop-all",
    arrange: (host) => bring(host, "running"),
    input: () => ({}),
    // None runs any more.
    reached: ["not_found"],
    goal: async (host) => expect(await stateOf(host)).toBe("stopped"),
  }),
];
