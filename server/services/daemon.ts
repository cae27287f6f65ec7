import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { createInterface } from "node:readline";
import { type VerbInput, type VerbName, type VerbOutput, VERBS } from "../contract/daemon.ts";
import { ArchiveName } from "../contract/archive.ts";
import { Failure, KnastError } from "../contract/errors.ts";
import { JobEvent } from "../contract/job.ts";
import { InnerPath, Transfer, TransferId } from "../contract/shell-file.ts";
import { TerminalId } from "../contract/names.ts";
import { RecordingName } from "../contract/recording.ts";
import { Upload, UploadId } from "../contract/upload.ts";
import { currentAct, headersOfAct } from "./audit/current-act.ts";
import type { Ctx } from "./context.ts";
import { env } from "./env.ts";
import { Turns } from "./turns.ts";

/** Longest wait for an answer; jobs answer at once, so only a stuck daemon takes this long. */
const DEADLINE_MS = 20_000;
const MAX_REPLY = 8 * 1024 * 1024;
/** The daemon takes 64 connections: one person with a thousand tabs must leave some for the others. */
const turns = new Turns(6, 300);

export type CallOptions = { actor: string; idempotencyKey?: string; signal?: AbortSignal };

/** For a verb that starts a job: whom it is for, and the key under which it is started once only. */
export const askedBy = ({ actor, idempotencyKey }: Ctx): CallOptions => ({
  actor: actor.name,
  ...(idempotencyKey ? { idempotencyKey } : {}),
});

/**
 * Asks knastd for one verb of the contract.
 * @returns the reply, parsed strictly
 * @throws KnastError: what the daemon said, `unavailable` when it can't be reached, `too_many` when this actor asks too much at once, `internal` when its reply is not of the contract
 */
export async function call<V extends VerbName>(
  verb: V,
  input: VerbInput<V>,
  options: CallOptions,
): Promise<VerbOutput<V>> {
  const { response, body } = await turns.run(options.actor, async () => {
    const answered = await send(verb, input, options);
    return { response: answered, body: await text(answered) };
  });
  const done = response.statusCode === (VERBS[verb].kind === "job" ? 202 : 200);
  noteRecorded(verb, done ? "ok" : "failed");
  if (!done) throw failureOf(body, response.statusCode);
  const reply = VERBS[verb].output.safeParse(json(body));
  if (!reply.success) throw new KnastError("internal", { cause: reply.error });
  return reply.data as VerbOutput<V>;
}

/** What it has answered to what changes something, it has recorded. */
function noteRecorded(verb: VerbName, outcome: "ok" | "failed"): void {
  const act = currentAct();
  if (act?.what === verb && VERBS[verb].kind !== "look") act.recorded = outcome;
}

/**
 * Follows a job's events from `after` + 1 on; ends after done or failed, and when `signal` aborts.
 * @throws KnastError as call() does
 */
export async function* follow(job: string, after: number, options: CallOptions): AsyncGenerator<JobEvent> {
  const response = await send("job.follow", { job, after }, options);
  if (response.statusCode !== 200) throw failureOf(await text(response), response.statusCode);
  response.socket.setTimeout(0);
  try {
    for await (const line of createInterface({ input: response, crlfDelay: Infinity })) {
      const event = JobEvent.safeParse(json(line));
      if (!event.success) throw new KnastError("internal", { cause: event.error });
      yield event.data;
    }
  } catch (error) {
    if (options.signal?.aborted) return;
    throw error instanceof KnastError ? error : new KnastError("unavailable", { cause: error });
  } finally {
    response.destroy();
  }
}

/** Hands the daemon one piece of an upload. @throws KnastError as call() does */
export async function putPiece(
  { upload, offset, piece }: { upload: string; offset: number; piece: Buffer },
  options: CallOptions,
): Promise<Upload> {
  return Upload.parse(await put(`/v1/uploads/${UploadId.parse(upload)}?offset=${offset}`, piece, options));
}

/** Hands the daemon one piece of a file for a jail, which may take less of it. @throws KnastError as call() does */
export async function putShellPiece(
  { terminal, transfer, offset, piece }: { terminal: string; transfer: string; offset: number; piece: Buffer },
  options: CallOptions,
): Promise<Transfer> {
  const path = `/v1/shells/${TerminalId.parse(terminal)}/files/${TransferId.parse(transfer)}?offset=${offset}`;
  return Transfer.parse(await put(path, piece, options));
}

async function put(path: string, piece: Buffer, options: CallOptions): Promise<unknown> {
  const { response, body } = await turns.run(options.actor, async () => {
    const answered = await ask("PUT", path, piece, "application/octet-stream", options);
    return { response: answered, body: await text(answered) };
  });
  if (response.statusCode !== 200) throw failureOf(body, response.statusCode);
  return json(body);
}

/** A file's bytes as the daemon streams them out of a jail; a broken one breaks off. @throws KnastError not_found, too_many, unavailable */
export async function getShellFile(
  { terminal, path }: { terminal: string; path: string },
  options: CallOptions,
): Promise<IncomingMessage> {
  const url = `/v1/shells/${TerminalId.parse(terminal)}/file?path=${encodeURIComponent(InnerPath.parse(path))}`;
  const response = await ask("GET", url, Buffer.alloc(0), "application/octet-stream", options);
  if (response.statusCode !== 200) throw failureOf(await text(response), response.statusCode);
  response.socket.setTimeout(0);
  return response;
}

/**
 * An archive's bytes as the daemon streams them; `range` and `ifRange` are the browser's own headers.
 * @throws KnastError not_found, unavailable
 */
export async function getArchive(
  { archive, range, ifRange }: { archive: string; range: string | null; ifRange: string | null },
  options: CallOptions,
): Promise<IncomingMessage> {
  const more = { ...(range ? { range } : {}), ...(ifRange ? { "if-range": ifRange } : {}) };
  const path = `/v1/archives/${ArchiveName.parse(archive)}`;
  const response = await ask("GET", path, Buffer.alloc(0), "application/octet-stream", options, more);
  if (![200, 206, 416].includes(response.statusCode ?? 0)) throw failureOf(await text(response), response.statusCode);
  // A browser may pause its download for as long as it likes.
  response.socket.setTimeout(0);
  return response;
}

/** A recording's bytes as the daemon streams them. @throws KnastError not_found, unavailable */
export async function getRecording(recording: string, options: CallOptions): Promise<IncomingMessage> {
  const path = `/v1/recordings/${RecordingName.parse(recording)}`;
  const response = await ask("GET", path, Buffer.alloc(0), "application/octet-stream", options);
  if (response.statusCode !== 200) throw failureOf(await text(response), response.statusCode);
  response.socket.setTimeout(0);
  return response;
}

function send(verb: VerbName, input: unknown, options: CallOptions): Promise<IncomingMessage> {
  return ask("POST", `/v1/${verb}`, Buffer.from(JSON.stringify(input)), "application/json", options);
}

function ask(
  method: string,
  path: string,
  body: Buffer,
  type: string,
  options: CallOptions,
  more: Record<string, string> = {},
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing: ClientRequest = request(
      {
        socketPath: env().socket,
        method,
        path,
        // A connection of its own: the daemon may have closed an idle one, and a verb must not be sent twice.
        agent: false,
        timeout: DEADLINE_MS,
        signal: options.signal,
        headers: {
          host: "knastd",
          "content-type": type,
          "content-length": body.length,
          "knast-actor": options.actor,
          ...headersOfAct(),
          ...more,
          ...(options.idempotencyKey ? { "idempotency-key": options.idempotencyKey } : {}),
        },
      },
      resolve,
    );
    outgoing.on("timeout", () => outgoing.destroy(new Error("knastd does not answer")));
    outgoing.on("error", (cause) => reject(new KnastError("unavailable", { cause })));
    outgoing.end(body);
  });
}

async function text(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > MAX_REPLY) throw new KnastError("internal", { cause: new Error("knastd's reply is too long") });
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof KnastError ? error : new KnastError("unavailable", { cause: error });
  }
  return Buffer.concat(chunks).toString("utf8");
}

function json(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function failureOf(body: string, status: number | undefined): KnastError {
  const failure = Failure.safeParse(json(body));
  if (!failure.success) return new KnastError("internal", { cause: new Error(`knastd answered ${status}`) });
  const { code, message, problems, requestId } = failure.data;
  return new KnastError(code, { message, problems, cause: requestId && new Error(`knastd's request ${requestId}`) });
}
