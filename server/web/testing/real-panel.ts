import { readdirSync, readFileSync } from "node:fs";
import { startPanel } from "../../../e2e/panel.ts";
import type { HostInfo } from "../../contract/jail.ts";
import { Client } from "../../daemon/testing/client.ts";
import { poll } from "../../daemon/testing/poll.ts";
import { ViewerClient } from "../../daemon/terminals/testing/viewer-client.ts";
import { grantColumns } from "../../services/grants/grant-columns.ts";
import { PRESETS } from "../../contract/grants.ts";
import type { Ctx } from "../../services/context.ts";
import { db } from "../../services/db.ts";
import { session, workOn } from "./web.ts";

const NAMES = ["erdgeist_org", "anna_example"];

/** What npm start starts, with two jails that run; this process works on its database and daemon as the admin `anna`. */
export async function startRealPanel() {
  const panel = await startPanel();
  await workOn(panel);
  const daemon = new Client(panel.socket);
  const { suggestedPools } = (await daemon.call("host.info", {})) as HostInfo;
  await daemon.call("host.configure", { pools: suggestedPools });
  await daemon.done("base.install", { source: { kind: "host" } });
  const { interface: via, block } = suggestedPools.find((pool) => pool.block.includes("."))!;
  for (const [i, name] of NAMES.entries()) {
    const ip4 = [block.replace(/\.\d+\/\d+$/, `.${10 + i}`)];
    await daemon.done("jail.create", { hostname: name.replace("_", "."), interface: via, ip4, autostart: false });
    await daemon.done("jail.start", { name });
  }
  const { jails } = await daemon.call("jail.list", {});
  const { id } = await db().account.create({ data: { name: "anna", role: "admin", passwordHash: "none" } });
  const admin: Ctx = {
    actor: { id, name: "anna", role: "admin", session: "" },
    source: "test",
    origin: panel.url,
    requestId: "test",
  };

  /** A friend who owns one of the jails and is signed in. */
  async function friend(name: string, which = 0) {
    const jail = jails[which]!;
    const account = await db().account.create({ data: { name, passwordHash: "none" } });
    const key = { accountId: account.id, jailId: jail.id! };
    await db().grant.create({ data: { ...key, jailName: jail.name, ...grantColumns(PRESETS.owner) } });
    return { account, key, jail, ...(await session(account.id)) };
  }
  /** A shell of his in his jail, opened past the panel. */
  const openShell = ({ account, jail }: Awaited<ReturnType<typeof friend>>) =>
    daemon.call("terminal.open", { name: jail.name, cols: 80, rows: 24 }, { "knast-actor": account.name });
  /** As the browser looks at it, through knast-web. */
  const view = (terminal: string, cookie: string) =>
    new ViewerClient(`${panel.url.replace("http", "ws")}/ws/terminals/${terminal}`, {
      headers: { origin: panel.url, cookie },
    });
  return {
    ...panel,
    daemon,
    admin,
    friend,
    openShell,
    view,
    async stop() {
      await workOn();
      await panel.stop();
    },
  };
}
export type RealPanel = Awaited<ReturnType<typeof startRealPanel>>;

/** @returns ids of the processes with this word among their arguments (proc(5)), those of all jails too */
export function processesWith(word: string): number[] {
  return readdirSync("/proc").flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(word) ? [Number(pid)] : [];
    } catch {
      return []; // it has ended meanwhile
    }
  });
}

/** Waits for it. @returns milliseconds since `began` (performance.now()) */
export async function since(began: number, what: string, done: () => boolean): Promise<number> {
  await poll(what, done, 30_000);
  return performance.now() - began;
}
