import type { ConnectionState, Notice } from "./connection.ts";

const WORDS: Record<Extract<ConnectionState, { kind: "ended" }>["reason"], string> = {
  exited: "The shell has ended",
  "jail-stopped": "The jail was stopped",
  closed: "The shell was closed",
  "ended-by-admin": "The admin has ended this shell",
  "account-ended": "The shell was closed, as the account was closed",
  "access-ended": "The shell was closed, as this jail may not be entered any more",
  idle: "The shell was closed, as nothing had happened in it for long",
  "too-long": "The shell was closed, as it had been open for as long as a shell may",
  "daemon-stopped": "The shell has ended, as the panel's daemon was stopped",
  "sharing-ended": "This shell is not shown to you any more",
  gone: "This shell is not open any more",
};

/** The state in words, for the line below the screen. */
export function describe(state: ConnectionState): string {
  if (state.kind === "connecting") return "Connecting …";
  if (state.kind === "open") return "Connected";
  if (state.kind === "lost")
    return `The connection is lost. ${state.retryIn < 1000 ? "Trying again …" : `Trying again in ${Math.round(state.retryIn / 1000)} s.`} The shell goes on.`;
  if (state.signal !== null) return `${WORDS[state.reason]} by ${state.signal}.`;
  return `${WORDS[state.reason]}${state.status === null ? "" : ` with status ${state.status}`}.`;
}

/** A warning in words. */
export function describeNotice({ reason, endsAt }: Notice): string {
  const at = new Date(endsAt).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  return reason === "idle"
    ? `Nothing happens here: this shell will be closed at ${at}. Any key keeps it.`
    : `This shell will be closed at ${at}, as it has been open for as long as a shell may.`;
}
