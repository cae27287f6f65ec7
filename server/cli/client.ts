import { randomBytes } from "node:crypto";
import { setTimeout as later } from "node:timers/promises";
import { type Endpoint, takesKey } from "../contract/api/endpoint.ts";
import { ProblemDocument } from "../contract/api/problem.ts";
import { requestOf, type WireRequest } from "../contract/api/request.ts";
import { API, type ApiInput, type ApiOutput, type Operation } from "../contract/api/table.ts";
import type { Config } from "./config.ts";
import { CliFailure, EXIT } from "./failure.ts";
import { plain } from "./print.ts";

/** How often a request is made again whose line broke; those that make something carry a key, so nothing is made twice. */
const TRIES = 4;

export type Sent = { headers?: Record<string, string>; body?: Uint8Array | string | undefined };

/** The API as a person's program sees it. */
export class Client {
  constructor(readonly config: Config) {}

  /**
   * Asks for an operation.
   * @param key under which it is done once; one of its own when left out
   * @throws CliFailure what the panel said, in a line
   */
  async call<K extends Operation>(operation: K, input: ApiInput<K>, key?: string): Promise<ApiOutput<K>> {
    const endpoint: Endpoint = API[operation];
    const { method, path, body } = requestOf(endpoint, input as Record<string, unknown>);
    const once = takesKey(endpoint) ? { "idempotency-key": key ?? randomBytes(16).toString("hex") } : {};
    const response = await this.send(method, path, {
      headers: { ...once, ...(body ? { "content-type": "application/json" } : {}) } as Record<string, string>,
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    if (!endpoint.output) return undefined as ApiOutput<K>;
    const parsed = endpoint.output.safeParse(JSON.parse(text));
    if (!parsed.success)
      throw new CliFailure("The panel answers what this command does not know: is it of the same version?");
    return parsed.data as ApiOutput<K>;
  }

  /** Sends a request and throws for what is refused. */
  async send(method: WireRequest["method"], path: string, sent: Sent = {}, signal?: AbortSignal): Promise<Response> {
    const response = await this.raw(method, path, sent, signal);
    if (response.ok) return response;
    throw await refusal(response);
  }

  /** Sends a request; a line that breaks is tried again where nothing can happen twice. */
  async raw(method: string, path: string, { headers = {}, body }: Sent = {}, signal?: AbortSignal): Promise<Response> {
    const again = method === "GET" || headers["idempotency-key"] !== undefined;
    for (let left = again ? TRIES : 1; ; left--) {
      try {
        return await fetch(this.config.url + path, {
          method,
          headers: { authorization: `Bearer ${this.config.token}`, ...headers },
          redirect: "manual",
          ...(body === undefined ? {} : { body: body as BodyInit }),
          ...(signal ? { signal } : {}),
        });
      } catch (error) {
        if (signal?.aborted) throw error;
        if (left <= 1) throw unreachable(this.config.url, error);
        await later(250 * (TRIES - left + 1));
      }
    }
  }
}

export const unreachable = (url: string, error: unknown): CliFailure => {
  const cause = (error as { cause?: { code?: string; message?: string } }).cause;
  return new CliFailure(`${url} can't be reached: ${cause?.code ?? cause?.message ?? String(error)}`, EXIT.unreachable);
};

/** @returns the problem document's sentence with its fields, in one line */
export async function refusal(response: Response): Promise<CliFailure> {
  const text = await response.text().catch(() => "");
  const parsed = ProblemDocument.safeParse(parsedJson(text));
  if (!parsed.success) return new CliFailure(`The panel answers ${response.status} ${plain(response.statusText)}.`);
  const { detail, problems, status, requestId, code } = parsed.data;
  const fields = problems.map(({ field, message }) => `${field}: ${message}`);
  const log = code === "internal" && requestId ? [`The panel's log has it under ${requestId}.`] : [];
  const exit = status === 401 ? EXIT.token : status === 404 ? EXIT.absent : EXIT.failed;
  return new CliFailure(plain([detail, ...fields, ...log].join(" ")), exit);
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
