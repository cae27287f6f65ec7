import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { createInterface } from "node:readline";
import { type VerbInput, type VerbName, type VerbOutput, VERBS } from "../contract/daemon.ts";
import { Failure, KnastError } from "../contract/errors.ts";
import { JobEvent } from "../contract/job.ts";
import { env } from "./env.ts";
import { Turns } from "./turns.ts";

/** Longest wait for an answer; jobs answer at once, so only a stuck daemon takes this long. */
const DEADLINE_MS = 20_000;
const MAX_REPLY = 8 * 1024 * 1024;
/** The daemon takes 64 connections: one person with a thousand tabs must leave some for the others. */
const turns = new Turns(6, 300);

export type CallOptions = { actor: string; idempotencyKey?: string; signal?: AbortSignal };

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
  if (response.statusCode !== (VERBS[verb].job ? 202 : 200)) throw failureOf(body, response.statusCode);
  const reply = VERBS[verb].output.safeParse(json(body));
  if (!reply.success) throw new KnastError("internal", { cause: reply.error });
  return reply.data as VerbOutput<V>;
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

function send(verb: VerbName, input: unknown, options: CallOptions): Promise<IncomingMessage> {
  const body = JSON.stringify(input);
  return new Promise((resolve, reject) => {
    const outgoing: ClientRequest = request(
      {
        socketPath: env().socket,
        method: "POST",
        path: `/v1/${verb}`,
        // A connection of its own: the daemon may have closed an idle one, and a verb must not be sent twice.
        agent: false,
        timeout: DEADLINE_MS,
        signal: options.signal,
        headers: {
          host: "knastd",
          "content-type": "application/json",
          "content-length": Buffer.byteLength(body),
          "knast-actor": options.actor,
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
