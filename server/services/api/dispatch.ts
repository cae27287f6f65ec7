import { statusOf, takesKey } from "../../contract/api/endpoint.ts";
import { openapi } from "../../contract/api/openapi.ts";
import { PROBLEM_TYPE, problemOf } from "../../contract/api/problem.ts";
import { API_ROOT } from "../../contract/api/table.ts";
import { KnastError } from "../../contract/errors.ts";
import type { Ctx, Visitor } from "../context.ts";
import { readToken } from "../tokens/read-token.ts";
import type { ApiRequest, Handler, Handlers, OpenEvents } from "./call.ts";
import { allowed, endpointsAt, type Found, takes } from "./find-endpoint.ts";
import { HANDLERS } from "./handlers.ts";
import { type Kept, daemonKey, once, readKey } from "./once.ts";
import { type Rate, RateLimit } from "../rate-limit.ts";
import { readInput } from "./read-input.ts";

export type ApiAnswer = {
  status: number;
  headers: Record<string, string>;
  body: string | ReadableStream | OpenEvents | null;
};

const shared = globalThis as { knastApiRate?: RateLimit; knastOpenApi?: string };
/** What a token may ask for. */
export const RATE: Rate = { burst: 300, perSecond: 20 };
const JSON_TYPE = "application/json";
/** How long somebody waits who is told that there is too much at once, where nobody knows better. */
const USUAL_WAIT = 1;

/**
 * Answers a request to the API: who asks, what it is, what it says, and the service. Never throws: what goes wrong is a
 * problem document.
 */
export async function dispatch(request: ApiRequest, who: Visitor): Promise<ApiAnswer> {
  try {
    return await answer(request, who);
  } catch (error) {
    return refusal(error, who.requestId);
  }
}

async function answer(request: ApiRequest, who: Visitor): Promise<ApiAnswer> {
  const found = endpointsAt(request.path);
  if (request.path === `${API_ROOT}/openapi.json` && ["GET", "HEAD"].includes(request.method))
    return plain(200, (shared.knastOpenApi ??= JSON.stringify(openapi())));
  if (request.method === "OPTIONS" && found.length > 0)
    return { status: 204, headers: { allow: allowed(found) }, body: null };
  const authorization = request.header("authorization") ?? undefined;
  const actor = await readToken(authorization, who.source);
  if (!actor?.scope) throw new Refusal("unauthenticated", challenge(authorization));
  const wait = (shared.knastApiRate ??= new RateLimit(RATE)).take(actor.scope.token);
  if (wait > 0) throw new Refusal("too_many", { "retry-after": String(wait) });
  if (found.length === 0) throw new KnastError("not_found");
  const chosen = found.find(({ endpoint }) => takes(endpoint, request.method));
  if (!chosen) throw new Refusal("wrong_method", { allow: allowed(found) });
  return serve(chosen, { ...who, actor }, request);
}

async function serve({ operation, endpoint, params }: Found, ctx: Ctx, request: ApiRequest): Promise<ApiAnswer> {
  const handler = (HANDLERS as Handlers<Record<string, typeof endpoint>>)[operation]!;
  const input = await readInput(endpoint, params, request);
  if (endpoint.kind === "events") {
    const open = (await (handler as Handler)(ctx, input, request)) as OpenEvents;
    return { status: 200, headers: {}, body: open };
  }
  if (endpoint.kind === "file") return (await (handler as Handler)(ctx, input, request)) as ApiAnswer;
  const act = async (as: Ctx): Promise<Kept> => {
    const value = await (handler as Handler)(as, input, request);
    // What leaves is of the table, whatever a service returns.
    return { status: statusOf(endpoint), body: endpoint.output ? JSON.stringify(endpoint.output.parse(value)) : "" };
  };
  const key = takesKey(endpoint) ? readKey(request.header("idempotency-key")) : null;
  if (key === null) return said(await act(ctx));
  const kept = await once(ctx, key, [operation, input], () =>
    act({ ...ctx, idempotencyKey: daemonKey(ctx.actor.id, key) }),
  );
  return said(kept, kept.again ? { "idempotent-replayed": "true" } : {});
}

function said({ status, body }: Kept, more: Record<string, string> = {}): ApiAnswer {
  if (body === "") return { status, headers: more, body: null };
  const job = status === 202 ? (JSON.parse(body) as { job: string }).job : null;
  return plain(status, body, { ...(job === null ? {} : { location: `${API_ROOT}/jobs/${job}` }), ...more });
}

const plain = (status: number, body: string, headers: Record<string, string> = {}): ApiAnswer => ({
  status,
  headers: { "content-type": JSON_TYPE, ...headers },
  body,
});

/** A refusal whose answer has a header of its own. */
class Refusal extends KnastError {
  readonly headers: Record<string, string>;
  constructor(code: KnastError["code"], headers: Record<string, string>) {
    super(code, code === "unauthenticated" ? { message: "Send a good token: Authorization: Bearer knast_…" } : {});
    this.headers = headers;
  }
}

/** RFC 6750 3: who sent a token is told that it is no good, who sent none only how it is done. */
const challenge = (sent: string | undefined) => ({
  "www-authenticate": sent === undefined ? 'Bearer realm="knast"' : 'Bearer realm="knast", error="invalid_token"',
});

function refusal(error: unknown, requestId: string): ApiAnswer {
  const known = error instanceof KnastError ? error : new KnastError("internal", { cause: error });
  if (known.cause !== undefined) console.error(requestId, known.code, known.cause);
  const document = problemOf(known.toFailure(requestId));
  const headers: Record<string, string> = { "content-type": PROBLEM_TYPE };
  if (document.status === 429) headers["retry-after"] = String(USUAL_WAIT);
  Object.assign(headers, known instanceof Refusal ? known.headers : {});
  return { status: document.status, headers, body: JSON.stringify(document) };
}
