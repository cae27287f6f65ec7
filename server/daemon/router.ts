import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { MAX_BODY, MAX_BODY_OF, TERMINAL_PREFIX, VERBS, type VerbName } from "../contract/daemon.ts";
import { KnastError, type Problem } from "../contract/errors.ts";
import { AccountName } from "../contract/names.ts";
import { parseAttach } from "../contract/terminal-path.ts";
import { SHELL_PUT_PATH } from "../contract/shell-file.ts";
import { UPLOAD_PATH } from "../contract/upload.ts";
import type { Call, Daemon } from "./daemon.ts";
import { fromOf, recorded } from "./audit/of-verb.ts";
import { downloadOf } from "./downloads.ts";
import { receiveShellPiece } from "./shell-files/receive-piece.ts";
import { receivePiece } from "./uploads/receive.ts";
import { HANDLERS, isRecorded } from "./verbs.ts";

/** Open connections; followers of jobs and terminals are counted apart. */
const MAX_CONNECTIONS = 64;
const MAX_FOLLOWERS = 256;
const REQUEST_TIMEOUT = 5000;

/**
 * @returns the HTTP server of the contract's verbs, not yet listening: POST /v1/VERB with a JSON body, PUT of an upload's
 *   pieces, GET of files, upgrades for terminals, nothing else. Both sides of every verb are parsed strictly; an exception loses its own request only.
 */
export function createRouter(daemon: Daemon): Server {
  const plain = new Set<Duplex>();
  let followers = 0;
  const server = createServer(
    {
      maxHeaderSize: 8192,
      headersTimeout: REQUEST_TIMEOUT,
      requestTimeout: REQUEST_TIMEOUT,
      keepAliveTimeout: REQUEST_TIMEOUT,
      connectionsCheckingInterval: 1000,
    },
    (request, response) => {
      const requestId = randomBytes(8).toString("hex");
      answer(daemon, request, response, requestId, stream).catch((error) => fail(daemon, response, error, requestId));
    },
  );
  server.maxHeadersCount = 64;

  const stream: Stream = async (response, work) => {
    if (followers >= MAX_FOLLOWERS) throw new KnastError("too_many");
    followers++;
    if (response.socket) plain.delete(response.socket);
    try {
      await work();
    } finally {
      followers--;
    }
  };

  server.on("connection", (socket: Socket) => {
    if (plain.size >= MAX_CONNECTIONS) return void socket.destroy();
    plain.add(socket);
    socket.on("error", () => socket.destroy());
    socket.once("close", () => plain.delete(socket));
  });
  server.on("clientError", (_error, socket) => {
    if (socket.writable) socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    socket.destroy();
  });
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) =>
    upgrade(daemon, request, socket, head, () => plain.delete(socket)),
  );
  return server;
}

/** @returns the HTTP server for connections that were handed over, which never listens: upgrades for terminals and nothing else */
export function createLineRouter(daemon: Daemon): Server {
  const server = createServer({ maxHeaderSize: 8192 }, ({ socket }, response) => {
    response.writeHead(404, { connection: "close", "content-length": 0 }).end(() => socket.destroy());
  });
  server.maxHeadersCount = 64;
  server.on("clientError", (_error, socket) => socket.destroy());
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) =>
    upgrade(daemon, request, socket, head, () => {}),
  );
  return server;
}

function upgrade(daemon: Daemon, request: IncomingMessage, socket: Duplex, head: Buffer, isTerminal: () => void): void {
  socket.on("error", () => socket.destroy());
  if (request.method !== "GET" || parseAttach(TERMINAL_PREFIX, request.url) === null) {
    socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    return void socket.destroy();
  }
  isTerminal();
  try {
    daemon.terminals.handleUpgrade(request, socket, head);
  } catch (error) {
    daemon.log.error("upgrade failed", error);
    socket.destroy();
  }
}

/** Runs what answers for long, counted apart from the plain requests. */
type Stream = (response: ServerResponse, work: () => Promise<void>) => Promise<void>;

async function answer(
  daemon: Daemon,
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
  stream: Stream,
): Promise<void> {
  const piece = request.method === "PUT" ? UPLOAD_PATH.exec(request.url ?? "") : null;
  if (piece) {
    actorOf(request);
    const uploaded = await receivePiece(daemon, request, { upload: piece[1]!, offset: Number(piece[2]) });
    return send(response, 200, uploaded);
  }
  const inward = request.method === "PUT" ? SHELL_PUT_PATH.exec(request.url ?? "") : null;
  if (inward) {
    const ref = { terminal: inward[1]!, transfer: inward[2]!, offset: Number(inward[3]) };
    actorOf(request);
    return stream(response, async () => send(response, 200, await receiveShellPiece(daemon, request, ref)));
  }
  const download = downloadOf(daemon, request, { actorOf, requestId });
  if (download) return stream(response, () => download(response));
  const verb = verbOf(request);
  if (verb === null) throw new KnastError("not_found");
  const call = callOf(request);
  const readInput = async () => parseInput(verb, await readBody(request, MAX_BODY_OF[verb] ?? MAX_BODY));
  if (verb === "job.follow") {
    const { job, after } = (await readInput()) as { job: string; after: number };
    daemon.jobs.get(job);
    return stream(response, () => streamJob(daemon, response, job, after));
  }
  const act = async (read: (input: unknown) => void) => {
    const input = await readInput();
    read(input);
    return perform(daemon, verb, input, call);
  };
  const from = fromOf(request.headers, requestId);
  const output = isRecorded(verb) ? await recorded(daemon, { verb, call, from }, act) : await act(() => {});
  send(response, VERBS[verb].kind === "job" ? 202 : 200, output);
}

async function perform(daemon: Daemon, verb: VerbName, input: unknown, call: Call): Promise<unknown> {
  const handler = HANDLERS[verb as keyof typeof HANDLERS] as (
    daemon: Daemon,
    input: unknown,
    call: Call,
  ) => Promise<unknown>;
  const begin = (key: string | null) => handler(daemon, input, { ...call, key });
  const output =
    VERBS[verb].kind === "job" ? await daemon.jobs.once(call.key, verb, input, begin as never) : await begin(null);
  const parsed = VERBS[verb].output.safeParse(output);
  if (!parsed.success) throw new KnastError("internal", { cause: parsed.error });
  return parsed.data;
}

function verbOf(request: IncomingMessage): VerbName | null {
  if (request.method !== "POST" || !request.url?.startsWith("/v1/")) return null;
  const verb = request.url.slice("/v1/".length);
  return Object.hasOwn(VERBS, verb) ? (verb as VerbName) : null;
}

const invalid = (field: string, message: string) =>
  new KnastError("invalid", { problems: [{ field, code: "invalid", message }] });

function callOf(request: IncomingMessage): Call {
  if (!/^application\/json(; ?charset=utf-8)?$/i.test(request.headers["content-type"] ?? ""))
    throw invalid("content-type", "The body must be application/json.");
  const actor = actorOf(request);
  const key = request.headers["idempotency-key"] ?? null;
  if (key !== null && (Array.isArray(key) || !/^[A-Za-z0-9_-]{1,64}$/.test(key)))
    throw invalid("idempotency-key", "A key has 1 to 64 of A-Z, a-z, 0-9, _ and -.");
  return { actor, key };
}

function actorOf(request: IncomingMessage): string {
  const parsed = AccountName.safeParse(request.headers["knast-actor"] ?? "root");
  if (!parsed.success) throw invalid("knast-actor", "This is no account's name.");
  return parsed.data;
}

async function readBody(request: IncomingMessage, max: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > max) throw new KnastError("too_large");
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch (cause) {
    throw new KnastError("invalid", { cause });
  }
}

function parseInput(verb: VerbName, body: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (cause) {
    throw new KnastError("invalid", { cause });
  }
  const parsed = VERBS[verb].input.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.slice(0, 50).map((issue): Problem => {
    const field = issue.path.map(String).join(".").slice(0, 100);
    return { field, code: "invalid", message: issue.message.slice(0, 500) };
  });
  throw new KnastError("invalid", { problems });
}

/** NDJSON as fast as the reader takes it; ends when the job or the connection does. */
async function streamJob(daemon: Daemon, response: ServerResponse, job: string, after: number): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  response.writeHead(200, { "content-type": "application/x-ndjson", connection: "close" });
  response.flushHeaders();
  for await (const event of daemon.jobs.follow(job, after, gone.signal)) {
    if (gone.signal.aborted) return;
    if (response.write(`${JSON.stringify(event)}\n`)) continue;
    await new Promise<void>((resolve) => {
      const go = () => {
        response.off("drain", go);
        gone.signal.removeEventListener("abort", go);
        resolve();
      };
      response.once("drain", go);
      gone.signal.addEventListener("abort", go, { once: true });
    });
  }
  response.end();
}

function send(response: ServerResponse, status: number, value: unknown): void {
  if (response.headersSent || response.destroyed) return;
  const body = JSON.stringify(value);
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(body) });
  response.end(body);
}

function fail(daemon: Daemon, response: ServerResponse, error: unknown, requestId: string): void {
  const known = error instanceof KnastError ? error : new KnastError("internal", { cause: error });
  if (known.status >= 500) daemon.log.error("request failed", error, { request: requestId, code: known.code });
  // What is left of a body that was refused is not read.
  if (!response.headersSent) response.setHeader("connection", "close");
  if (response.headersSent) response.destroy();
  else send(response, known.status, known.toFailure(requestId));
}
