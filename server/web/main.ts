import { existsSync } from "node:fs";
import { createServer, type IncomingMessage, STATUS_CODES, type ServerResponse } from "node:http";
import { join } from "node:path";
import { db } from "../services/db.ts";
import { env, settleMode } from "../services/env.ts";
import { prepare } from "../services/prepare.ts";
import { makeSetUpLink } from "../services/setup/make-set-up-link.ts";
import { authorizeTerminal } from "../services/terminals/authorize.ts";
import { admit, allowedOrigins } from "./gate.ts";
import { watchSplices } from "./revocation.ts";
import { securityHeaders } from "./security-headers.ts";
import { attachUpgrades } from "./upgrade.ts";

const say = (text: string) => process.stdout.write(`${text}\n`);

function fail(sentence: string): never {
  process.stderr.write(`knast-web: ${sentence}\n`);
  process.exit(78);
}

if (process.getuid?.() === 0) fail("I never run as root. Start me as an account of my own, or use npm start.");
process.umask(0o077);
settleMode();

const options = (() => {
  try {
    return env();
  } catch (error) {
    return fail((error as Error).message);
  }
})();

// The bundle lies in dist/, the source in server/web/.
const root = [join(import.meta.dirname, ".."), join(import.meta.dirname, "../..")].find((dir) =>
  existsSync(join(dir, "prisma/migrations")),
);
if (!root) fail("prisma/migrations is not beside me: start me where I was built.");
process.chdir(root);
for (const name of prepare(options, join(root, "prisma/migrations"))) say(`database: applied ${name}`);

const { default: next } = await import("next");
// Next hangs its own upgrade listener on the server that it is given; this one never listens, so that upgrade.ts is the only one.
const forNext = createServer();
const app = next({
  dev: options.dev,
  dir: root,
  hostname: options.host,
  port: options.port,
  httpServer: forNext,
  webpack: true,
});
const handle = app.getRequestHandler();
await app.prepare();

function refuse(response: ServerResponse, status: number): void {
  const body = `${STATUS_CODES[status]}\n`;
  response.writeHead(status, { "content-type": "text/plain", "content-length": body.length, connection: "close" });
  response.end(body);
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url, headers, socket } = request;
  const verdict = admit({ method, url, headers, address: socket.remoteAddress }, options);
  const own = verdict.ok ? verdict : { origin: options.origin ?? "http://invalid", nonce: "none" };
  for (const [name, value] of Object.entries(securityHeaders(own, options.dev))) response.setHeader(name, value);
  if (!verdict.ok) return refuse(response, verdict.status);
  // Next takes the nonce for its scripts from the policy in the request.
  headers["content-security-policy"] = String(response.getHeader("content-security-policy"));
  await handle(request, response);
}

const server = createServer(
  { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 15_000, maxHeaderSize: 32 * 1024 },
  (request, response) => {
    serve(request, response).catch((error: unknown) => {
      console.error("request", error);
      if (!response.headersSent) refuse(response, 500);
      else response.destroy();
    });
  },
);
server.maxHeadersCount = 100;
server.maxConnections = 1000;
server.on("clientError", (_, socket) => {
  if (socket.writable) socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  else socket.destroy();
});

const splices = attachUpgrades(server, {
  authorize: authorizeTerminal,
  socketPath: options.socket,
  allowedOrigins: (request) => allowedOrigins(request.headers, options),
  ...(options.dev ? { other: (request, socket, head) => forNext.emit("upgrade", request, socket, head) } : {}),
});
const stopWatching = watchSplices(splices);

server.on("error", (error: NodeJS.ErrnoException) => {
  const place = `${options.host}:${options.port}`;
  fail(
    error.code === "EADDRINUSE" ? `Port ${place} is in use. Set PORT to another one.` : `${place}: ${error.message}`,
  );
});
server.listen(options.port, options.host, () => {
  const address = server.address() as { port: number };
  // Who listens everywhere is reached at home too.
  const home = { "0.0.0.0": "127.0.0.1", "::": "::1" }[options.host] ?? options.host;
  const url = options.origin ?? `http://${home.includes(":") ? `[${home}]` : home}:${address.port}`;
  void makeSetUpLink(url).then((link) => {
    if (link) say(`Set-up link, works once, for 15 minutes: ${link.url}`);
    say(`KnastHorst is ready: ${url}`);
  });
});

function stop(): void {
  stopWatching();
  splices.closeWhere(() => true);
  server.close();
  server.closeAllConnections();
  void db()
    .$disconnect()
    .finally(() => process.exit(0));
}
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
