import { expect } from "vitest";
import { bring, stateOf } from "../../jails/testing/kill-rows.ts";
import { type KillRow, killRow } from "../../testing/kill-matrix.ts";

export const SETTINGS_KILL_ROWS: KillRow[] = (["none", "now", "restart"] as const).map((apply) =>
  killRow({
    verb: "jail.configure",
    of: apply === "none" ? "of a stopped jail" : `applied: ${apply}`,
    arrange: async (host) => {
      await bring(host, apply === "none" ? "stopped" : "running");
      // An earlier point may have reached the goal: back from there, without a jail made anew.
      const { settings, digest } = await host.client.call("jail.settings", { name: "victim" });
      const before = { ...settings, flags: { ...settings.flags, rawSockets: false }, autostart: true };
      if (settings.flags.rawSockets || !settings.autostart)
        await host.client.done("jail.configure", {
          name: "victim",
          digest,
          settings: before,
          apply: apply === "none" ? "none" : "now",
        });
    },
    input: async (host) => {
      const { settings, digest } = await host.client.call("jail.settings", { name: "victim" });
      // jail -m can't change a jail's start at boot, but the rest can be given to the running one.
      const flags = { ...settings.flags, rawSockets: true };
      const autostart = apply === "now" ? settings.autostart : false;
      return { name: "victim", digest, settings: { ...settings, flags, autostart }, apply };
    },
    only: /^(check|config|autostart|now|stop-shells|stop-verify|start-check|start-verify)$/,
    reached: ["changed"],
    goal: async (host) => {
      const { settings } = await host.client.call("jail.settings", { name: "victim" });
      expect(settings.flags.rawSockets).toBe(true);
      expect(settings.autostart).toBe(apply === "now");
      expect(await stateOf(host)).toBe(apply === "none" ? "stopped" : "running");
    },
  }),
);
