import { randomBytes } from "node:crypto";
import { isAbsolute } from "node:path";
import { KnastError } from "../../contract/errors.ts";
import {
  type CloseReason,
  Cols,
  type EndedTerminal,
  type EndReason,
  Rows,
  type ShellCommand,
  type TerminalInfo,
  TermName,
  USUAL_TERM,
} from "../../contract/terminal.ts";
import { type ChooserOptions, createChooser, shellArgs, type Wish } from "./choose-shell.ts";
import { Courtesy } from "./courtesy.ts";
import { Ends } from "./ends.ts";
import { LIMITS } from "./limits.ts";
import { nativePty } from "./native-pty.ts";
import { Session } from "./session.ts";
import { sessionsOf, signalSessions } from "./take-away.ts";
import { createUpgrades, type Viewed } from "./upgrades.ts";

export type TerminalsOptions = ChooserOptions & {
  /** absolute path of jexec(8) */
  jexec: string;
  /** the PATH that a shell starts with; jexec -l replaces it inside by the login class's */
  path?: string;
  log: (event: string, fields: Record<string, string | number | null>) => void;
  /** records that somebody begins to look at a shell, before he sees any of it */
  viewed?: Viewed;
  limits?: Partial<typeof LIMITS>;
};

const PATH = "/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin";

/** How a shell begins; `term` is its TERM, `command` what it runs. */
export type Start = { term?: string | undefined; command?: ShellCommand | undefined };

export type Terminals = ReturnType<typeof createTerminals>;

/**
 * The shells of all jails. They belong to this process, not to connections.
 * @throws Error when jexec is not an absolute path or node-pty is not the patched one
 */
export function createTerminals(options: TerminalsOptions) {
  const limits = { ...LIMITS, ...options.limits };
  if (!isAbsolute(options.jexec)) throw new Error("jexec must be an absolute path");
  nativePty();
  const sessions = new Map<string, Session>();
  const { choices, choose } = createChooser(options);
  const ends = new Ends(limits.ends, limits.keepEnds);
  const timers = new Set<NodeJS.Timeout>();
  const courtesy = new Courtesy();
  let shuttingDown = false;
  const upgrades = createUpgrades({
    sessions,
    ends,
    viewed: options.viewed,
    viewers: limits.viewers,
    awayFor: limits.awayFor,
  });
  const pings = setInterval(() => {
    for (const session of sessions.values()) session.ping(limits.blockedFor);
  }, limits.pingEvery);
  pings.unref();

  const later = (delay: number, action: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      action();
    }, delay);
    timer.unref();
    timers.add(timer);
  };

  const failed = (session: Session) => (cause: unknown) =>
    options.log("terminal.signal", { terminal: session.id, jail: session.jail.name, cause: String(cause) });

  /** Takes the shell away with everything of its session, even what ignores SIGHUP. */
  const takeAway = async (session: Session) => {
    const { jid } = session.jail;
    const known = await sessionsOf(options.run, [session]).catch(() => [String(session.pid)]);
    session.hangUp();
    later(limits.killAfter, () => void signalSessions(options.run, "KILL", jid, known).catch(failed(session)));
  };

  const forget = (session: Session) => {
    sessions.delete(session.id);
    session.dispose();
  };

  const over = (session: Session, end: EndedTerminal) => {
    const { terminal, jail, actor, reason, status, signal } = end;
    options.log("terminal.end", { terminal, jail, actor, reason, status, signal });
    ends.add(end);
    later(limits.keepEnded, () => forget(session));
    const kept = [...sessions.values()].filter((one) => !one.alive && one.hungUp && one.viewers === 0);
    for (const old of kept.slice(0, Math.max(0, kept.length - limits.endedScreens))) forget(old);
    if (shuttingDown) return;
    // As after a login: what runs in the background gets SIGHUP, and with nohup(1) or daemon(8) goes on.
    if (reason === "exited")
      void signalSessions(options.run, "HUP", session.jail.jid, [String(session.pid)]).catch(failed(session));
    else void takeAway(session);
  };

  const alive = () => [...sessions.values()].filter((session) => session.alive);

  /**
   * Opens a login shell, or has one run a command: jexec -l [-U ACCOUNT] JID SHELL (jexec(8)).
   * @param jail running, as jls says: the number is used, so that a jail made anew under the name is not entered
   * @throws KnastError too_many, shell_missing, not_running, internal; invalid at shell or account; ZodError for a size or a term that is none
   */
  async function open(
    jail: { name: string; jid: number; id?: string | null },
    actor: string,
    size: { cols: number; rows: number },
    { term = USUAL_TERM, command, ...wish }: Wish & Start = {},
  ): Promise<TerminalInfo> {
    if (!Number.isInteger(jail.jid) || jail.jid <= 0) throw new KnastError("not_running");
    const cols = Cols.parse(size.cols);
    const rows = Rows.parse(size.rows);
    const TERM = TermName.parse(term);
    try {
      const shell = await choose(jail, wish);
      const there = alive();
      if (
        there.length >= limits.total ||
        there.filter((one) => one.actor === actor).length >= limits.perActor ||
        there.filter((one) => one.jail.name === jail.name).length >= limits.perJail
      )
        throw new KnastError("too_many", { message: "Too many shells are open. Close one first." });
      const session = new Session({
        id: randomBytes(16).toString("hex"),
        jail: { name: jail.name, jid: jail.jid, id: jail.id ?? null },
        actor,
        shell: shell.path,
        account: shell.account,
        note: shell.note,
        argv: [options.jexec, ...shellArgs(jail.jid, shell, command)],
        env: { TERM, LANG: "C.UTF-8", PATH: options.path ?? PATH },
        cols,
        rows,
        span: limits,
        waits: limits,
        courtesy,
        ended: over,
      });
      if (command) session.rename("a command");
      sessions.set(session.id, session);
      const { path, account } = shell;
      options.log("terminal.open", {
        terminal: session.id,
        jail: jail.name,
        jid: jail.jid,
        actor,
        shell: path,
        account,
      });
      return session.info();
    } catch (error) {
      if (error instanceof KnastError) throw error;
      throw new KnastError("internal", { cause: error });
    }
  }

  /** Shells that are not over, of one jail or of all. */
  function list(name?: string): TerminalInfo[] {
    return alive()
      .filter((session) => name === undefined || session.jail.name === name)
      .map((session) => session.info());
  }

  /** How the last shells of a jail, or of all, ended; the youngest first. */
  function ended(name?: string): EndedTerminal[] {
    return ends.list().filter((end) => name === undefined || end.jail === name);
  }

  /** What of an open shell is known to those who act in its jail for it. @throws KnastError not_found */
  function openShell(id: string): Pick<Session, "jail" | "actor" | "account" | "pid" | "tty"> {
    const session = sessions.get(id);
    if (!session?.alive) throw new KnastError("not_found");
    const { jail, actor, account, pid, tty } = session;
    return { jail, actor, account, pid, tty };
  }

  /** @throws KnastError not_found */
  function close(id: string, reason: CloseReason = "closed"): void {
    const session = sessions.get(id);
    if (!session?.alive) throw new KnastError("not_found");
    session.end(reason);
  }

  /** @throws KnastError not_found */
  function rename(id: string, name: string | null): void {
    const session = sessions.get(id);
    if (!session?.alive) throw new KnastError("not_found");
    session.rename(name);
  }

  /** Ends all shells of a jail; to be called before it is stopped, so that the person is told why. */
  function closeJail(name: string, reason: EndReason = "jail-stopped"): void {
    for (const session of alive()) if (session.jail.name === name) session.end(reason);
  }

  /** Ends all shells and all of their sessions; two seconds after SIGHUP comes SIGKILL. */
  async function shutdown(): Promise<void> {
    shuttingDown = true;
    clearInterval(pings);
    const all = alive();
    const jids = [...new Set(all.map((session) => session.jail.jid))];
    const known = await Promise.all(
      jids.map(async (jid) => {
        const targets = all.filter((session) => session.jail.jid === jid);
        return { jid, ids: await sessionsOf(options.run, targets).catch(() => targets.map(({ pid }) => String(pid))) };
      }),
    );
    for (const session of all) session.end("daemon-stopped");
    for (const session of all) session.hangUp();
    const deadline = Date.now() + 2000;
    while (all.some((session) => session.processAlive) && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 20));
    await Promise.allSettled(known.map(({ jid, ids }) => signalSessions(options.run, "KILL", jid, ids)));
    for (const timer of timers) clearTimeout(timer);
    await Promise.all(all.map((session) => session.tape.stop("shell-ended")));
    for (const session of sessions.values()) session.dispose();
    sessions.clear();
    upgrades.close();
  }

  const find = (id: string) => sessions.get(id);
  return {
    open,
    openShell,
    choices,
    find,
    list,
    ended,
    close,
    rename,
    closeJail,
    alive,
    handleUpgrade: upgrades.handle,
    shutdown,
  };
}
