import { jailNameFromHostname } from "../../contract/names.ts";
import type { VerbName } from "../../contract/daemon.ts";
import type { Daemon } from "../daemon.ts";
import type { Entry } from "./audit.ts";

export type Subject = Pick<Entry, "jail" | "jailId" | "job" | "terminal" | "object">;

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
const fields = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};

/** Verbs whose `name` is a jail's. */
const ON_A_JAIL = /^(jail|snapshot|terminal|archive)\./;

/**
 * What a call is about, from its input, as far as it could be read, and its output.
 * @returns names as they are; the jail's id where somebody has named it or the job knows it
 */
export function subjectOf(daemon: Daemon, verb: VerbName, input: unknown, output: unknown): Subject {
  const {
    name,
    hostname,
    id,
    jail,
    target,
    as,
    snapshot,
    archive,
    upload,
    recording,
    set,
    flavour,
    from,
    to,
    pid,
    base,
    token,
    command,
  } = fields(input);
  const said = fields(output);
  const job = text(said.job) ?? text(fields(input).job);
  const terminal = text(said.terminal) ?? text(fields(input).terminal);
  const found = job
    ? jobIn(daemon, job)
    : terminal
      ? { jail: jailOfShell(daemon, terminal, said), jailId: null }
      : verb === "terminal.knock"
        ? { jail: jailOfLink(daemon, text(token) ?? ""), jailId: null }
        : null;
  const named = ON_A_JAIL.test(verb) || verb === "take-over.run";
  const made = verb === "jail.create" ? (text(name) ?? newName(hostname)) : undefined;
  const whole = fields(jail);
  const jailName =
    found?.jail ??
    made ??
    (named ? (text(target) ?? text(fields(as).name) ?? text(name)) : undefined) ??
    text(whole.name);
  const jailId = found?.jailId ?? (jailName === text(name) ? text(id) : text(whole.id));
  const moved = text(to) === undefined ? undefined : [text(from) ?? text(name), text(to)].filter(Boolean).join(" to ");
  const object =
    text(snapshot) ??
    text(archive) ??
    text(upload) ??
    text(said.upload) ??
    text(recording) ??
    text(said.recording) ??
    text(set) ??
    moved ??
    text(fields(flavour).name) ??
    // What it says may hold a password.
    (verb === "terminal.open" && command !== undefined ? "a command" : undefined) ??
    (typeof pid === "number" ? `process ${pid}` : undefined) ??
    (named ? undefined : (text(name) ?? text(base)));
  return {
    ...(jailName === undefined ? {} : { jail: jailName }),
    ...(jailId !== undefined && /^[0-9a-f]{32}$/.test(jailId) ? { jailId } : {}),
    ...(job === undefined ? {} : { job }),
    ...(terminal === undefined ? {} : { terminal }),
    ...(object === undefined ? {} : { object }),
  };
}

const newName = (hostname: unknown): string | undefined =>
  typeof hostname === "string" ? jailNameFromHostname(hostname) : undefined;

function jobIn(daemon: Daemon, id: string): { jail: string | null; jailId: string | null } | null {
  try {
    return daemon.jobs.get(id);
  } catch {
    return null;
  }
}

const jailOfShell = (daemon: Daemon, terminal: string, said: Record<string, unknown>): string | null =>
  text(said.jail) ??
  // also of one that has just ended: it is kept for a while
  daemon.terminals.find(terminal)?.jail.name ??
  daemon.terminals.ended().find((one) => one.terminal === terminal)?.jail ??
  null;

/** Who asks to be let in to a shell knows its link, not the shell. */
const jailOfLink = (daemon: Daemon, token: string): string | null =>
  daemon.terminals.alive().find(({ guests }) => guests.isFor(token))?.jail.name ?? null;
