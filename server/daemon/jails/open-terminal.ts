import type { JailRef } from "../../contract/daemon.ts";
import { KnastError } from "../../contract/errors.ts";
import type { TerminalInfo } from "../../contract/terminal.ts";
import type { Call, Daemon } from "../daemon.ts";
import { look } from "../host/disk.ts";
import type { HostView } from "./host-view.ts";

/** terminal.open: a login shell in a running jail. Throws KnastError not_found, not_running, busy, shell_missing, too_many. */
export async function openTerminal(
  daemon: Daemon,
  { name, id, ...size }: JailRef & { cols: number; rows: number },
  call: Call,
): Promise<TerminalInfo> {
  const [configured, running] = await Promise.all([daemon.view.configured(), daemon.view.runningNow()]);
  const jail = configured.find((one) => one.name === name);
  const up = running.find((one) => one.name === name && !one.dying);
  if ((!jail && !up) || (id !== undefined && jail?.id !== id)) throw new KnastError("not_found");
  if (daemon.locks.holder(`jail:${name}`)) throw new KnastError("busy");
  if (!up) throw new KnastError("not_running");
  return daemon.terminals.open({ name, jid: up.jid }, call.actor, size);
}

/**
 * @returns csh, or sh with a note where the base has no csh. Only the base below the jail's read-only mount is looked at,
 *   never what the jail's root may write; a jail without our base is FreeBSD as a whole and has csh.
 * @throws KnastError shell_missing
 */
export async function shellFor(view: HostView, jail: { name: string; jid: number }) {
  const path = (await view.running()).find((one) => one.jid === jail.jid)?.path;
  const base = `${path}/basejail`;
  const mounted = (await view.mounts()).some((one) => one.target === base && one.options.includes("ro"));
  if (path === undefined || !mounted) return { path: "/bin/csh", note: null };
  for (const [shell, note] of [
    ["csh", null],
    ["sh", "There is no csh in this jail, so this is sh."],
  ] as const) {
    const found = await look(`${base}/bin/${shell}`);
    if (found?.kind === "file" || found?.kind === "link") return { path: `/bin/${shell}`, note };
  }
  throw new KnastError("shell_missing");
}
