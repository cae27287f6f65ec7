import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { bring, stateOf } from "../../jails/testing/kill-rows.ts";
import type { TestHost } from "../../testing/dev-host.ts";
import { type KillRow, killRow } from "../../testing/kill-matrix.ts";

const source = (host: TestHost) => join(host.host.state, "killed-music");
const wish = (host: TestHost) => [{ source: source(host), target: "/mnt/music", readOnly: true }];
const now = (host: TestHost) => host.client.call("jail.mounts", { name: "victim" });

export const MOUNT_KILL_ROWS: KillRow[] = [
  killRow({
    verb: "jail.set-mounts",
    of: "of a running jail",
    arrange: async (host) => {
      mkdirSync(source(host), { recursive: true, mode: 0o755 });
      mkdirSync(join(host.host.etc, "knast"), { recursive: true, mode: 0o755 });
      writeFileSync(join(host.host.etc, "knast/mounts"), `ro ${source(host)}\n`, { mode: 0o644 });
      await bring(host, "running");
      const { digest, mounts } = await now(host);
      if (mounts.length > 0) await host.client.done("jail.set-mounts", { name: "victim", mounts: [], digest });
    },
    input: async (host) => ({ name: "victim", mounts: wish(host), digest: (await now(host)).digest }),
    only: /^(targets|stop-shells|stop-verify|write|start-check|start-verify)$/,
    // Done already, the file is another one than that of the digest.
    reached: ["busy"],
    goal: async (host) => {
      expect((await now(host)).mounts).toEqual(wish(host));
      await bring(host, "running");
      expect(host.mounts("victim").map((one) => one.target)).toContain(join(host.host.jails, "victim/mnt/music"));
      expect(await stateOf(host)).toBe("running");
      await bring(host, "stopped");
      // Other rows know nothing of it; to a jail that does not run it is a line of a file.
      const { digest } = await now(host);
      await host.client.done("jail.set-mounts", { name: "victim", mounts: [], digest });
    },
  }),
];
