import { expect } from "vitest";
import { bring } from "../../jails/testing/kill-rows.ts";
import type { TestHost } from "../../testing/dev-host.ts";
import { type KillRow, killRow } from "../../testing/kill-matrix.ts";

const NAME = "rolled";
const DATASET = `zroot/${NAME}`;
const note = (host: TestHost) => `${host.host.jails}/${NAME}/note`;
const sh = (host: TestHost, script: string) => host.run("/bin/sh", ["-c", script]);

export const SNAPSHOT_KILL_ROWS: KillRow[] = [
  killRow({
    verb: "snapshot.rollback",
    arrange: async (host) => {
      await bring(host, "stopped", host.spec(NAME, 9));
      const place = `${host.host.jails}/${NAME}`;
      if (host.run("zfs", ["list", DATASET]).status !== 0) {
        // Mounted over its tree it would hide that, and the jail could not be destroyed.
        sh(host, `mv ${place} ${place}.tree`);
        expect(host.run("zfs", ["create", "-o", `mountpoint=${place}`, DATASET]).stderr).toBe("");
        expect(sh(host, `cp -a ${place}.tree/. ${place} && rm -r ${place}.tree`).stderr).toBe("");
      }
      sh(host, `echo one > ${note(host)}`);
      host.run("zfs", ["destroy", `${DATASET}@kept`]);
      expect(host.run("zfs", ["snapshot", `${DATASET}@kept`]).stderr).toBe("");
      sh(host, `echo two > ${note(host)}`);
    },
    input: () => ({ name: NAME, snapshot: "kept" }),
    goal: async (host) => expect(sh(host, `cat ${note(host)}`).stdout).toBe("one\n"),
  }),
];
