import type { Ctx } from "../../../services/context.ts";
import { beginSession } from "../../../services/accounts/sessions.ts";
import { addSshKey } from "../../../services/ssh/add-ssh-key.ts";
import { API_ROOT } from "../../../contract/api/table.ts";
import { tokenOf } from "../../../services/testing/ask-api.ts";
import type { SshGatewayView } from "../../../contract/ssh.ts";
import { type RealPanel, startRealPanel } from "../../testing/real-panel.ts";
import { freePort } from "../../testing/web.ts";
import { openSsh } from "./open-ssh.ts";

/** A running panel, with what an admin and his friends need for ssh. */
export async function startGatewayPanel() {
  const panel = await startRealPanel();
  const { sid } = await beginSession(panel.admin.actor.id);
  const admin: Ctx = { ...panel.admin, actor: { ...panel.admin.actor, session: sid } };
  const token = await tokenOf(admin, [], { admin: true });

  /** Asks the running panel's own API, so that its process acts. */
  async function api<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${panel.url}${API_ROOT}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text ? JSON.parse(text) : null) as T;
  }

  const port = await freePort();
  const before = await api<SshGatewayView>("GET", "/panel/ssh");
  /** Switches the gateway on; @returns ssh(1) that knows its host key */
  async function switchOn() {
    const view = await api<SshGatewayView>("PUT", "/panel/ssh", { on: true, address: "127.0.0.1", port });
    return openSsh(port, view.hostKey!.line);
  }

  type Friend = Awaited<ReturnType<RealPanel["friend"]>>;
  /** The context of a friend who has just signed in. */
  async function ctxOf({ account }: Friend): Promise<Ctx> {
    const session = (await beginSession(account.id)).sid;
    return { ...admin, actor: { id: account.id, name: account.name, role: "friend", session } };
  }
  const addKey = async (friend: Friend, line: string) =>
    insist(async () => addSshKey(await ctxOf(friend), { name: "", key: line }));
  return { ...panel, admin, api, port, before, switchOn, ctxOf, addKey };
}

/** A transaction of this process that the panel's own write has overtaken is begun anew: SQLite does not wait there (P1008). */
async function insist<T>(work: () => Promise<T>, times = 5): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if ((error as { code?: string }).code !== "P1008" || times === 0) throw error;
    return insist(work, times - 1);
  }
}
export type GatewayPanel = Awaited<ReturnType<typeof startGatewayPanel>>;
