import { KnastError } from "../../contract/errors.ts";
import type { Invited, Share, TOGETHER_VERBS } from "../../contract/together.ts";
import type { Call, Daemon } from "../daemon.ts";
import type { Handlers } from "../handlers.ts";
import { beginRecording } from "../recordings/begin-recording.ts";
import type { Session } from "./session.ts";

type House = Pick<Daemon, "terminals">;

/** An open shell, for its own person alone. @throws KnastError not_found */
function ownShell(daemon: House, terminal: string, call: Call): Session {
  const session = daemon.terminals.find(terminal);
  if (!session?.alive || session.actor !== call.actor) throw new KnastError("not_found");
  return session;
}

/** @throws KnastError not_found for a link that is no good, whatever the reason */
function shellOf(daemon: House, token: string): Session {
  const session = daemon.terminals.alive().find((one) => one.guests.isFor(token));
  if (!session) throw new KnastError("not_found");
  return session;
}

function invited(session: Session, account: string, call: Call): Invited {
  const state = session.guests.stateOf(call.actor, account);
  const shell = state === "read" || state === "type" ? { terminal: session.id, jail: session.jail.name } : null;
  return { owner: session.actor, until: session.guests.until!, state, shell };
}

/** What the person of a shell does about others, and what they do by his link. */
export const TOGETHER_HANDLERS: Handlers<keyof typeof TOGETHER_VERBS> = {
  "terminal.share": async (daemon, { terminal, minutes }, call) =>
    ownShell(daemon, terminal, call).guests.share(minutes * 60_000),

  "terminal.unshare": async (daemon, { terminal }, call) => {
    ownShell(daemon, terminal, call).guests.stop();
    return {};
  },

  "terminal.invited": async (daemon, { token, account }, call) => invited(shellOf(daemon, token), account, call),

  "terminal.knock": async (daemon, { token, account }, call) => {
    const session = shellOf(daemon, token);
    const isNew = session.guests.stateOf(call.actor, account) === "stranger";
    session.guests.knock(call.actor, account);
    const { name: jail, id = null } = session.jail;
    return { ...invited(session, account, call), unseen: isNew && !session.seesQuestions ? { jail, id } : null };
  },

  // To take somebody's part away is no danger: the panel does it too when his account has ended.
  "terminal.admit": async (daemon, { terminal, guest, as }, call) => {
    const session = as === "none" ? daemon.terminals.find(terminal) : ownShell(daemon, terminal, call);
    if (!session?.alive) throw new KnastError("not_found");
    session.guests.admit(guest, as);
    return {};
  },

  "terminal.shares": async (daemon) => ({
    shares: daemon.terminals.alive().flatMap((session): Share[] => {
      const guests = session.guests.list();
      return guests.length > 0 ? [{ terminal: session.id, jail: session.jail.name, owner: session.actor, guests }] : [];
    }),
  }),

  "terminal.record": async (daemon, { terminal, on }, call) => {
    const session = ownShell(daemon, terminal, call);
    if (on) return { recording: await beginRecording(daemon, session) };
    if (!session.tape.isOn) return { recording: null };
    await session.tape.stop("stopped");
    return { recording: session.tape.name };
  },
};
