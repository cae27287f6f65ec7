import type { JailRef } from "../../contract/daemon.ts";
import { KnastError } from "../../contract/errors.ts";
import type { TerminalInfo } from "../../contract/terminal.ts";
import type { ShellChoices } from "../../contract/shell-choice.ts";
import type { Call, Daemon } from "../daemon.ts";
import { look } from "../host/disk.ts";
import type { Wish } from "../terminals/choose-shell.ts";
import type { Start } from "../terminals/terminals.ts";
import type { HostView } from "./host-view.ts";

/** terminal.open: a login shell in a running jail. Throws KnastError not_found, not_running, busy, shell_missing, too_many, invalid. */
export async function openTerminal(
  daemon: Daemon,
  { name, id, cols, rows, ...wish }: JailRef & { cols: number; rows: number } & Wish & Start,
  call: Call,
): Promise<TerminalInfo> {
  return daemon.terminals.open(await runningJail(daemon, { name, id }), call.actor, { cols, rows }, wish);
}

/** terminal.choices: the shells and accounts that a running jail has. Throws KnastError not_found, not_running, busy. */
export async function shellChoices(daemon: Daemon, ref: JailRef): Promise<ShellChoices> {
  return daemon.terminals.choices((await runningJail(daemon, ref)).jid);
}

type RunningJail = { name: string; jid: number; id: string | null };
async function runningJail(daemon: Daemon, { name, id }: JailRef): Promise<RunningJail> {
  const [configured, running] = await Promise.all([daemon.view.configured(), daemon.view.runningNow()]);
  const jail = configured.find((one) => one.name === name);
  const up = running.find((one) => one.name === name && !one.dying);
  if ((!jail && !up) || (id !== undefined && jail?.id !== id)) throw new KnastError("not_found");
  if (daemon.locks.holder(`jail:${name}`)) throw new KnastError("busy");
  if (!up) throw new KnastError("not_running");
  return { name, jid: up.jid, id: jail?.id ?? null };
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
