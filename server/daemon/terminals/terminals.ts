import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { isAbsolute } from "node:path";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { TERMINAL_PATH } from "../../contract/daemon.ts";
import { KnastError } from "../../contract/errors.ts";
import { Cols, MAX_MESSAGE, Rows, SUBPROTOCOL, type TerminalInfo } from "../../contract/terminal.ts";
import { nativePty } from "./native-pty.ts";
import { Session, type EndReason } from "./session.ts";
import { type RunProgram, sessionsOf, signalSessions } from "./take-away.ts";

export type Shell = { path: string; note: string | null };

export type TerminalsOptions = {
  /** absolute path of jexec(8) */
  jexec: string;
  /** which shell a jail has; looks at the root-owned base only, throws KnastError shell_missing */
  shellFor: (jail: { name: string; jid: number }) => Promise<Shell>;
  /** runs a program of the host; used for pgrep(1) and pkill(1) */
  run: RunProgram;
  /** the PATH that a shell starts with; jexec -l replaces it inside by the login class's */
  path?: string;
  log: (event: string, fields: Record<string, string | number | null>) => void;
  limits?: Partial<typeof LIMITS>;
};

/** Shells and viewers; the times are milliseconds. */
const LIMITS = {
  total: 200,
  perActor: 10,
  perJail: 20,
  viewers: 4,
  idleAfter: 24 * 3600_000,
  graceFor: 10_000,
  killAfter: 5000,
  keepEnded: 60_000,
  pingEvery: 30_000,
};

const PATH = "/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin";

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
  const timers = new Set<NodeJS.Timeout>();
  let shuttingDown = false;
  const wss = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE,
    maxFragments: 64,
    maxBufferedChunks: 1024,
    clientTracking: false,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });
  const pings = setInterval(() => {
    for (const session of sessions.values()) session.ping();
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

  const ended = (session: Session, reason: EndReason) => {
    options.log("terminal.end", { terminal: session.id, jail: session.jail.name, actor: session.actor, reason });
    later(limits.keepEnded, () => {
      sessions.delete(session.id);
      session.dispose();
    });
    if (shuttingDown) return;
    // As after a login: what runs in the background gets SIGHUP, and with nohup(1) or daemon(8) goes on.
    if (reason === "exited")
      void signalSessions(options.run, "HUP", session.jail.jid, [String(session.pid)]).catch(failed(session));
    else void takeAway(session);
  };

  const alive = () => [...sessions.values()].filter((session) => session.alive);

  /**
   * Opens a login shell: jexec -l JID SHELL (jexec(8)).
   * @param jail running, as jls says: the number is used, so that a jail made anew under the name is not entered
   * @throws KnastError too_many, shell_missing, not_running, internal
   */
  async function open(
    jail: { name: string; jid: number },
    actor: string,
    size: { cols: number; rows: number },
  ): Promise<TerminalInfo> {
    if (!Number.isInteger(jail.jid) || jail.jid <= 0) throw new KnastError("not_running");
    const cols = Cols.parse(size.cols);
    const rows = Rows.parse(size.rows);
    try {
      const shell = await options.shellFor(jail);
      const there = alive();
      if (
        there.length >= limits.total ||
        there.filter((one) => one.actor === actor).length >= limits.perActor ||
        there.filter((one) => one.jail.name === jail.name).length >= limits.perJail
      )
        throw new KnastError("too_many", { message: "Too many shells are open. Close one first." });
      const session = new Session({
        id: randomBytes(16).toString("hex"),
        jail: { name: jail.name, jid: jail.jid },
        actor,
        shell: shell.path,
        note: shell.note,
        argv: [options.jexec, "-l", String(jail.jid), shell.path],
        env: { TERM: "xterm-256color", LANG: "C.UTF-8", PATH: options.path ?? PATH },
        cols,
        rows,
        idleAfter: limits.idleAfter,
        graceFor: limits.graceFor,
        ended,
      });
      sessions.set(session.id, session);
      options.log("terminal.open", { terminal: session.id, jail: jail.name, jid: jail.jid, actor, shell: shell.path });
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

  /** @throws KnastError not_found */
  function close(id: string): void {
    const session = sessions.get(id);
    if (!session?.alive) throw new KnastError("not_found");
    session.end("closed");
  }

  /** Ends all shells of a jail; to be called before it is stopped, so that the person is told why. */
  function closeJail(name: string, reason: EndReason = "jail-stopped"): void {
    for (const session of alive()) if (session.jail.name === name) session.end(reason);
  }

  /** The listener of `upgrade` for TERMINAL_PATH: answers 101 and goes on, or a status and the end. */
  function handleUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    const match = TERMINAL_PATH.exec(req.url ?? "");
    const session = match ? sessions.get(match[1]!) : undefined;
    const offered = (req.headers["sec-websocket-protocol"] ?? "").split(",").map((one) => one.trim());
    if (req.method !== "GET" || !match || !session) return refuse(socket, "404 Not Found");
    if (!offered.includes(SUBPROTOCOL)) return refuse(socket, "400 Bad Request");
    if (session.viewers >= limits.viewers) return refuse(socket, "429 Too Many Requests");
    wss.handleUpgrade(req, socket, head, (ws: WebSocket) => {
      ws.on("error", () => {});
      session.attach(ws, match[2] === undefined ? null : Number(match[2]));
    });
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
    for (const session of all) session.end("closed");
    for (const session of all) session.hangUp();
    const deadline = Date.now() + 2000;
    while (all.some((session) => session.processAlive) && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 20));
    await Promise.allSettled(known.map(({ jid, ids }) => signalSessions(options.run, "KILL", jid, ids)));
    for (const timer of timers) clearTimeout(timer);
    for (const session of sessions.values()) session.dispose();
    sessions.clear();
    wss.close();
  }

  return { open, list, close, closeJail, handleUpgrade, shutdown };
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}
