import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Mount } from "../conf/mount-table.ts";
import type { Daemon } from "../daemon.ts";
import { Locks } from "../jobs/locks.ts";
import type { Configured } from "./configured.ts";
import { listJails } from "./list-jails.ts";

let tree: string;
beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), "knast-list-"));
});
afterEach(() => rmSync(tree, { recursive: true }));

test("a start that ends while the host is looked at does not look like a jail that broke", async () => {
  const mail: Configured = {
    ...{ name: "mail", id: "0".repeat(32), file: "/e/mail.conf", hostname: "mail", path: tree },
    ...{ addresses: [], params: [], problem: null, mistake: null },
  };
  const locks = new Locks();
  const release = locks.take({ verb: "jail.start", job: "1".repeat(32) }, ["jail:mail"]);
  const dev: Mount = { source: "devfs", target: join(tree, "dev"), type: "devfs", options: ["rw"] };
  const up = { jid: 1, name: "mail", dying: false, hostname: "mail", path: tree, addresses: [] };
  const asked = { running: 0, mounts: 0 };
  const view = {
    configured: async () => [mail],
    // First asked before the jail was there …
    running: async () => (asked.running++ === 0 ? [] : [up]),
    kernel: async () => [],
    usage: async () => new Map(),
    // … and this after it had started.
    mounts: async () => (asked.mounts++, release(), [dev]),
    autostart: async () => ({ enabled: false, list: null }),
  };
  const daemon = { locks, view, reservations: { all: () => [] } } as unknown as Daemon;
  expect((await listJails(daemon)).jails).toMatchObject([{ name: "mail", state: "running", problem: null, job: null }]);
  expect(asked).toEqual({ running: 2, mounts: 2 });
});
