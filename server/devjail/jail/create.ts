import { spawn } from "node:child_process";
import { realpathSync } from "node:fs";
import { emptyEnv } from "../env.ts";
import { hostop } from "../hostop.ts";
import { locked } from "../lock.ts";
import { readMounts } from "../mount-table.ts";
import {
  findJail,
  isVnet,
  forgetJail,
  flag,
  jailFlags,
  listEndedJails,
  takeJid,
  writeJail,
  type Jail,
  type State,
} from "../state.ts";
import { dropNetwork } from "./remove.ts";

/** What jail_set(2) with JAIL_CREATE is given. */
export type Wanted = {
  name: string | null;
  jid?: number;
  path: string;
  hostname: string;
  ip4: string[];
  ip6: string[];
  params: Record<string, string>;
  persist: boolean;
};

/**
 * jail_set(2): makes a jail whose process 1 waits for work. All or nothing: killed before the jail is noted, none is left.
 * @throws Error with the kernel's words
 */
export async function createJail(state: State, wanted: Wanted): Promise<Jail> {
  return locked(state, "jails", async () => {
    for (const ended of listEndedJails(state)) {
      await dropNetwork(state, ended);
      forgetJail(state, ended.jid);
    }
    if (wanted.name?.includes(".")) {
      const parent = wanted.name.slice(0, wanted.name.lastIndexOf("."));
      throw new Error(findJail(state, parent) ? "Operation not permitted" : `jail "${parent}" not found`);
    }
    if (wanted.jid !== undefined && findJail(state, String(wanted.jid)))
      throw new Error(`jail ${wanted.jid} already exists`);
    if (wanted.name !== null && findJail(state, wanted.name)) throw new Error(`jail "${wanted.name}" already exists`);
    const jid = takeJid(state, wanted.jid);
    const { interface: inside, bridge, pool, pool6 } = state.config();
    const path = realpathSync(wanted.path);
    // On FreeBSD that is a jail that shares the host's files; here it would be the machine's, writable.
    if (path === "/") throw new Error("path / is not for a jail here");
    const mounts = readMounts(state);
    const devfs = mounts.some((item) => item.type === "devfs" && item.target === `${path}/dev`);
    // A jail with a stack of its own gets its cables by ifconfig(8), vnet.
    const addresses = isVnet(wanted) ? [] : [...wanted.ip4, ...wanted.ip6];
    const veth = addresses.length ? `${bridge}_${jid}` : null;
    const jail: Jail = { ...wanted, name: wanted.name ?? String(jid), jid, path, veth, routes: [], pid: 0, start: "" };
    jail.routes = addresses.filter((address) => !inPool(address, pool, pool6));
    await startInit(state, jail, [
      path,
      wanted.hostname,
      bridge,
      veth ?? "-",
      inside,
      String(jailFlags(jail)),
      devfs ? "1" : "0",
      ...addresses,
    ]);
    if (jail.routes.length) hostop(state, "route", ["add", bridge, ...jail.routes]);
    return jail;
  });
}

/** Our pools are a /24 and a /64, both written so that their first bytes are a textual prefix. */
function inPool(address: string, pool: string, pool6?: string): boolean {
  if (!address.includes(":")) return address.startsWith(pool.slice(0, pool.lastIndexOf(".") + 1));
  return pool6 !== undefined && address.startsWith(pool6.slice(0, pool6.indexOf("::") + 1));
}

/** Starts native/jailinit.c, notes the jail, and only then lets it live. */
async function startInit(state: State, jail: Jail, args: string[]): Promise<void> {
  const child = spawn(state.program("jailinit"), args, {
    stdio: ["pipe", "pipe", "inherit"],
    env: emptyEnv,
    cwd: "/",
    detached: true,
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", () => resolve());
  });
  let text = "";
  for await (const chunk of child.stdout) {
    text += String(chunk);
    if (text.includes("\n")) break;
  }
  const ready = /^ready ([0-9]+) ([0-9]+)\n/.exec(text);
  if (!ready) {
    await ended;
    throw new Error(text.replace(/^failed /, "").trim() || "process 1 did not start");
  }
  jail.pid = Number(ready[1]);
  jail.start = ready[2]!;
  writeJail(state, jail);
  child.stdin.end("go\n");
  await ended;
}

/** jail_set(2) with JAIL_UPDATE: persist and allow.* may change, path and the like not. @throws Error with jail(8)'s words */
export function updateJail(state: State, jail: Jail, changes: Record<string, string | null>): void {
  for (const [name, value] of Object.entries(changes)) {
    if (name === "path" && value !== null && value !== jail.path)
      throw new Error("path cannot be changed after creation");
    if (name === "persist" || name === "nopersist") {
      jail.persist = flag({ [name]: value ?? "" }, "persist");
      process.kill(jail.pid, jail.persist ? "SIGUSR2" : "SIGUSR1");
    } else if (name === "host.hostname" && value !== null) jail.hostname = value;
    else if (name !== "name" && name !== "jid") {
      const dot = name.lastIndexOf(".") + 1;
      const bare = name.slice(dot).replace(/^no/, "");
      delete jail.params[`${name.slice(0, dot)}${bare}`];
      delete jail.params[`${name.slice(0, dot)}no${bare}`];
      jail.params[name] = value ?? "";
    }
  }
  writeJail(state, jail);
}
