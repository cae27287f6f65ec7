import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { stateOf } from "../../jails/testing/kill-rows.ts";
import type { TestHost } from "../../testing/dev-host.ts";
import { type KillRow, killRow } from "../../testing/kill-matrix.ts";

const NAME = "taken";
const wish = { scheme: "rc.conf" as const, name: NAME };
const tree = (host: TestHost) => join(host.host.state, NAME);
const block = (host: TestHost) =>
  Object.entries({ rootdir: tree(host), hostname: `${NAME}.example.net`, ip: host.address(40), devfs_enable: "YES" })
    .map(([name, value]) => `jail_${NAME}_${name}="${value}"\n`)
    .join("");

export const TAKE_OVER_KILL_ROWS: KillRow[] = [
  killRow({
    verb: "take-over.run",
    of: "a block of rc.conf",
    arrange: async (host) => {
      // Its tree is not in the jail root: what was taken over is taken away by hand.
      rmSync(join(host.host.etc, `jail.conf.d/${NAME}.conf`), { force: true });
      rmSync(tree(host), { recursive: true, force: true });
      host.run("/bin/cp", ["-a", join(host.host.jails, "newjail"), tree(host)]);
      const rc = join(host.host.etc, "rc.conf");
      const others = readFileSync(rc, "utf8")
        .split("\n")
        .filter((line) => !line.includes(`jail_${NAME}_`));
      writeFileSync(rc, others.join("\n") + block(host));
    },
    input: async (host) => ({ ...wish, digest: (await host.client.call("take-over.plan", wish)).digest }),
    // Taken over already, it is no candidate any more.
    reached: ["not_found", "exists"],
    goal: async (host) => {
      expect(await stateOf(host, NAME)).toBe("stopped");
      expect(readFileSync(join(host.host.etc, "rc.conf"), "utf8")).not.toMatch(/^jail_taken_/m);
    },
  }),
];
