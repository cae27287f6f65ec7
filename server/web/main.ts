import { existsSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import { holdDatabase } from "../services/database/hold.ts";
import { whyNot } from "../services/database/why-not.ts";
import { db } from "../services/db.ts";
import { env, settleMode } from "../services/env.ts";
import { runNotices } from "../services/notices/run-notices.ts";
import { prepare } from "../services/prepare.ts";
import { setGatewayHook } from "../services/ssh/gateway-hook.ts";
import { makeSetUpLink } from "../services/setup/make-set-up-link.ts";
import { authorizeTerminal } from "../services/terminals/authorize.ts";
import { admit, allowedOrigins, isApiV1, sourceOf } from "./gate.ts";
import { httpServer } from "./http-server.ts";
import { refuse } from "./refuse.ts";
import { watchSplices } from "./revocation.ts";
import { securityHeaders } from "./security-headers.ts";
import { SshGateway } from "./ssh/gateway.ts";
import { attachUpgrades } from "./upgrade.ts";

const say = (text: string) => process.stdout.write(`${text}\n`);

/** 78 is sysexits(3)'s EX_CONFIG, which npm start does not try again; 75 is EX_TEMPFAIL, which it does. */
function fail(sentence: string, status: 75 | 78 = 78): never {
  process.stderr.write(`knast-web: ${sentence}\n`);
  process.exit(status);
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
const applied = await prepare(options, join(root, "prisma/migrations")).catch((error: unknown) => {
  const { sentence, later } = whyNot(options.database, error);
  return fail(sentence, later ? 75 : 78);
});
for (const name of applied) say(`database: applied ${name}`);
const letGo = await holdDatabase(options.database).catch((error: unknown) => fail((error as Error).message, 75));

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

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url, headers, socket } = request;
  const verdict = admit({ method, url, headers, address: socket.remoteAddress }, options);
  const own = verdict.ok ? verdict : { origin: options.origin ?? "http://invalid", nonce: "none" };
  for (const [name, value] of Object.entries(securityHeaders(own, options.dev))) response.setHeader(name, value);
  if (!verdict.ok) return refuse(response, verdict.status, isApiV1(url));
  // Next takes the nonce for its scripts from the policy in the request.
  headers["content-security-policy"] = String(response.getHeader("content-security-policy"));
  await handle(request, response);
}

const server = httpServer((request, response) => {
  serve(request, response).catch((error: unknown) => {
    console.error("request", error);
    if (!response.headersSent) refuse(response, 500, isApiV1(request.url));
    else response.destroy();
  });
});

const splices = attachUpgrades(server, {
  authorize: (request, terminal) => {
    const address = request.socket.remoteAddress;
    return authorizeTerminal(request, terminal, sourceOf({ headers: request.headers, address }, options));
  },
  socketPath: options.socket,
  allowedOrigins: (request) => allowedOrigins(request.headers, options),
  ...(options.dev ? { other: (request, socket, head) => forNext.emit("upgrade", request, socket, head) } : {}),
});
const stopWatching = watchSplices(splices);
const stopNotices = runNotices();
const gateway = new SshGateway({ socketPath: options.socket, splices });
setGatewayHook(gateway);

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
  void Promise.all([makeSetUpLink(url), gateway.apply().catch((error: unknown) => console.error("ssh", error))]).then(
    ([link]) => {
      const { state, ...more } = gateway.state();
      if (state === "failed") console.error("ssh", more);
      if (link) say(`Set-up link, works once, for 15 minutes: ${link.url}`);
      say(`KnastHorst is ready: ${url}`);
    },
  );
});

function stop(): void {
  stopWatching();
  stopNotices();
  splices.closeWhere(() => true);
  void gateway.close();
  server.close();
  server.closeAllConnections();
  void db()
    .$disconnect()
    .finally(letGo)
    .finally(() => process.exit(0));
}
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
