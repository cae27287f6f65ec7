import { createServer, type RequestListener, type Server, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";

const CLIENT_ERRORS: Record<string, number> = { ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_HEADER_OVERFLOW: 431 };

/** How long a connection may stand still in both directions; streams of events say every 15 s that they are there. */
const IDLE_MS = 120_000;

/**
 * The server of the public port, whose limits hold for whoever has no account too: no whole request in time, or none that can be read, is
 * told so and closed; an answer that nobody takes is given up.
 * @returns it, not listening yet
 */
export function httpServer(listener: RequestListener, idleMs = IDLE_MS): Server {
  const server = createServer(
    {
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      keepAliveTimeout: 15_000,
      maxHeaderSize: 32 * 1024,
      // Node looks for late ones every 30 s only, which lets a request that is never finished stay four times as long.
      connectionsCheckingInterval: 2000,
    },
    listener,
  );
  // Any byte that comes or that the other end takes counts as life: a slow download goes on.
  server.timeout = idleMs;
  server.maxHeadersCount = 100;
  server.maxConnections = 1000;
  server.on("clientError", ({ code = "" }: NodeJS.ErrnoException, socket) =>
    refuse(socket, CLIENT_ERRORS[code] ?? 400),
  );
  return server;
}

/** Who never sends his end would keep a connection that is only ended (net's allowHalfOpen, which http sets). */
function refuse(socket: Duplex, status: number): void {
  if (!socket.writable) return void socket.destroy();
  const line = `HTTP/1.1 ${status} ${STATUS_CODES[status]}`;
  socket.end(`${line}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}
