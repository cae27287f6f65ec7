import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { TERMINAL_PREFIX } from "../../contract/daemon.ts";
import { parseAttach } from "../../contract/terminal-path.ts";
import { type DaemonMessage, HOST_ACTOR, MAX_MESSAGE, SUBPROTOCOL } from "../../contract/terminal.ts";
import { HandedSocket } from "../../handover/handed-socket.ts";
import type { Ends } from "./ends.ts";
import { OwnVisits } from "./own-visits.ts";
import type { Session } from "./session.ts";

/** Somebody is about to see a shell; its own person is told of only when he was away for a while. */
export type Viewed = (
  request: IncomingMessage,
  shell: Pick<Session, "id" | "jail" | "actor">,
  who: string,
) => Promise<void>;

type Shells = {
  sessions: ReadonlyMap<string, Session>;
  ends: Ends;
  /** viewers that a shell may have at once */
  viewers: number;
  viewed?: Viewed | undefined;
  /** milliseconds after which a person's coming back to his own shell is recorded too */
  awayFor: number;
};

/** Who may look at which shell: the upgrades (RFC 6455) of knastd's socket. */
export function createUpgrades({ sessions, ends, viewers, viewed, awayFor }: Shells) {
  const visits = new OwnVisits(awayFor);
  const wss = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE,
    maxFragments: 64,
    maxBufferedChunks: 1024,
    clientTracking: false,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });

  /** @returns what is to be shown to whom, or the status by which that is refused */
  function askedBy(req: IncomingMessage) {
    const how = parseAttach(TERMINAL_PREFIX, req.url);
    const session = how ? sessions.get(how.terminal) : undefined;
    const end = how && !session ? ends.get(how.terminal) : undefined;
    const who = String(req.headers["knast-actor"] ?? HOST_ACTOR);
    const offered = (req.headers["sec-websocket-protocol"] ?? "").split(",").map((one) => one.trim());
    if (req.method !== "GET" || !how || (!session && !end)) return "404 Not Found";
    if (!offered.includes(SUBPROTOCOL)) return "400 Bad Request";
    // Another's shell is none, but for his guests and for the host's own root, whom everybody there sees as well.
    const his =
      (session ?? end!).actor === who || who === HOST_ACTOR || (session?.alive && session.guests.modeOf(who) !== null);
    if (!his) return "404 Not Found";
    if (session && !session.roomFor(how, who, viewers).free) return "429 Too Many Requests";
    return { who, how, session, end };
  }

  /** The listener of `upgrade` for shells' paths: answers 101 and goes on, or a status and the end. */
  function handle(req: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    const asked = askedBy(req);
    if (typeof asked === "string") return refuse(socket, asked);
    const { session, who } = asked;
    if (!viewed || !session || (session.actor === who && !visits.isNews(session))) return show(req, socket, head);
    // Who was let in may be sent away while this is written, so that all is asked once more.
    viewed(req, session, who).then(
      () => show(req, socket, head),
      () => socket.destroy(),
    );
  }

  function show(req: IncomingMessage, socket: Duplex, head: Buffer): void {
    const asked = askedBy(req);
    if (typeof asked === "string") return refuse(socket, asked);
    const { session, end, how, who } = asked;
    wss.handleUpgrade(req, socket, head, (ws: WebSocket) => {
      ws.on("error", () => {});
      if (session) {
        session.roomFor(how, who, viewers).instead?.supersede();
        if (session.actor === who) visits.came(session, ws);
        if (socket instanceof HandedSocket && head.length === 0)
          socket.hearKeys((bytes) => ws.readyState === ws.OPEN && ws.emit("message", bytes, true));
        return session.attach({ ws, socket }, how, who);
      }
      // Its screen is gone; that it is over is not.
      const { status, signal, reason } = end!;
      const exit: DaemonMessage = { t: "exit", status, signal, reason };
      ws.send(JSON.stringify(exit), () => ws.close(1000));
    });
  }

  return { handle, close: () => void wss.close() };
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}
