import type { IncomingMessage, Server } from "node:http";
import { connect } from "node:net";
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { TERMINAL_PREFIX } from "../contract/daemon.ts";
import { type Attach, attachQuery, parseAttach } from "../contract/terminal-path.ts";
import { SUBPROTOCOL } from "../contract/terminal.ts";
import { handOver } from "../handover/give.ts";
import { type Native, nativeHandover } from "../handover/native.ts";
import { endTogether, type Pass, Splices } from "./splice.ts";

export type UpgradeOptions = {
  /** Decides whether this request may have this shell, before anything is connected. */
  authorize: (
    req: IncomingMessage,
    terminal: string,
  ) => Promise<({ ok: true; from?: Record<string, string> } & Pass) | { ok: false; status: number }>;
  /** knastd's Unix socket */
  socketPath: string;
  /** exact origins (scheme, host, port) of the panel's own pages, as seen by this request */
  allowedOrigins: (req: IncomingMessage) => readonly string[];
  /** takes the upgrades to all other paths; only `next dev` has some */
  other?: (req: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** null: connections are joined here, as where knastd's socket comes from another machine */
  handover?: Native | null;
};

/** The path of a shell on the public port. */
const PREFIX = "/ws/terminals/";
const KEY = /^[A-Za-z0-9+/]{22}==$/;
/** Upgrades that wait for their answer, and how long one may. */
const PENDING = 64;
const PATIENCE = 10_000;

/**
 * The one listener for `upgrade`: authorizes, then joins the browser's connection with knastd's, byte for byte.
 * Whatever is refused gets a status and the end; knastd is not asked for it.
 * @returns the open splices, to be closed when a session, an account or a grant ends
 */
export function attachUpgrades(server: Server, options: UpgradeOptions): Splices {
  const splices = new Splices();
  const native = options.handover === undefined ? nativeHandover() : options.handover;
  let pending = 0;

  server.on("upgrade", (req: IncomingMessage, socket: Socket, head: Buffer) => {
    socket.on("error", () => socket.destroy());
    const wanted = parseAttach(PREFIX, req.url);
    if (!wanted) return options.other ? options.other(req, socket, head) : refuse(socket, 404);
    const status = check(req, options.allowedOrigins(req));
    if (status !== 0) return refuse(socket, status);
    if (pending >= PENDING) return refuse(socket, 503);
    pending++;
    const timer = setTimeout(() => refuse(socket, 503), PATIENCE);
    open(req, socket, head, wanted)
      .catch((error: unknown) => {
        console.error("upgrade", error);
        refuse(socket, 500);
      })
      .finally(() => {
        pending--;
        clearTimeout(timer);
      });
  });

  async function open(
    req: IncomingMessage,
    socket: Socket,
    head: Buffer,
    { terminal, ...how }: { terminal: string } & Attach,
  ): Promise<void> {
    const verdict = await options.authorize(req, terminal);
    if (!verdict.ok) return refuse(socket, verdict.status);
    if (socket.destroyed || socket.writableEnded) return;
    const { ok: _, from = {}, ...pass } = verdict;
    // A fixed list: no cookie, no forwarded address, no extension reaches knastd.
    const request =
      `GET ${TERMINAL_PREFIX}${terminal}${attachQuery(how)} HTTP/1.1\r\n` +
      `Host: knastd\r\nKnast-Actor: ${pass.actor}\r\n` +
      Object.entries(from)
        .map(([name, value]) => `${name}: ${value}\r\n`)
        .join("") +
      "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
      `Sec-WebSocket-Protocol: ${SUBPROTOCOL}\r\nSec-WebSocket-Key: ${req.headers["sec-websocket-key"]}\r\n\r\n`;
    socket.setTimeout(0);
    socket.setNoDelay(true);
    const leash = native ? await handOver(native, options.socketPath, socket, { request, head }) : null;
    if (leash) splices.hold(pass, leash);
    else await join(pass, socket, request, head);
  }

  /** The way without a handover: each byte goes through this process. */
  async function join(pass: Pass, socket: Socket, request: string, head: Buffer): Promise<void> {
    if (socket.destroyed || socket.writableEnded) return;
    const daemon = connect({ path: options.socketPath, allowHalfOpen: true });
    endTogether(socket, daemon);
    try {
      await new Promise<void>((resolve, reject) => {
        daemon.once("connect", resolve);
        daemon.once("error", reject);
        socket.once("close", resolve);
      });
    } catch {
      return refuse(socket, 503);
    }
    if (socket.destroyed || socket.writableEnded) return void daemon.destroy();
    daemon.on("error", () => daemon.destroy());
    daemon.write(request);
    if (head.length > 0) daemon.write(head);
    splices.join(pass, socket, daemon);
  }

  return splices;
}

/** @returns 0 when all is well with the request itself, or the status of its refusal */
function check(req: IncomingMessage, origins: readonly string[]): number {
  const { headers } = req;
  // A browser names the page's origin on every WebSocket and can't be made to send a token; who does neither is no page of ours.
  const program = headers.origin === undefined && /^bearer /i.test(headers.authorization ?? "");
  if (!program && (headers.origin === undefined || !origins.includes(headers.origin))) return 403;
  // RFC 6455 4.2.1: HTTP/1.1 or later; Node's parser takes older ones as well.
  if (req.httpVersion !== "1.1" || req.method !== "GET" || headers.upgrade?.toLowerCase() !== "websocket") return 400;
  if (headers["sec-websocket-version"] !== "13" || !KEY.test(headers["sec-websocket-key"] ?? "")) return 400;
  const offered = (headers["sec-websocket-protocol"] ?? "").split(",").map((one) => one.trim());
  return offered.includes(SUBPROTOCOL) ? 0 : 400;
}

function refuse(socket: Duplex, status: number): void {
  if (socket.destroyed || socket.writableEnded) return;
  const line = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Error"}`;
  socket.end(`${line}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}
