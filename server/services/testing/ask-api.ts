import type { Endpoint } from "../../contract/api/endpoint.ts";
import type { ProblemDocument } from "../../contract/api/problem.ts";
import { requestOf } from "../../contract/api/request.ts";
import { API, type Operation } from "../../contract/api/table.ts";
import type { GrantRight } from "../../contract/grants.ts";
import { TokenForm } from "../../contract/token.ts";
import { type ApiAnswer, dispatch } from "../api/dispatch.ts";
import type { Ctx } from "../context.ts";
import { makeToken } from "../tokens/make-token.ts";
import { visitor } from "./panel.ts";

export type Asked = {
  method?: string;
  path: string;
  secret?: string | undefined;
  headers?: Record<string, string>;
  body?: string | Uint8Array | undefined;
};
export type Said = {
  status: number;
  headers: Record<string, string>;
  text: string;
  json: ProblemDocument & Record<string, never>;
};

/** Asks the API as the route does, without a network. */
export async function ask({ method = "GET", path, secret, headers = {}, body }: Asked): Promise<Said> {
  const url = new URL(path, "http://x");
  const sent: Record<string, string> = { ...(secret ? { authorization: `Bearer ${secret}` } : {}), ...headers };
  const answer: ApiAnswer = await dispatch(
    {
      method,
      path: url.pathname,
      query: url.searchParams,
      header: (name) => sent[name] ?? null,
      body: body === undefined ? null : bytes(typeof body === "string" ? new TextEncoder().encode(body) : body),
      signal: new AbortController().signal,
    },
    visitor,
  );
  const text = typeof answer.body === "string" ? answer.body : "";
  return { status: answer.status, headers: answer.headers, text, json: text ? JSON.parse(text) : null };
}

async function* bytes(all: Uint8Array): AsyncGenerator<Uint8Array> {
  yield all;
}

/** Asks for an operation with an input, as the command line client does. */
export function operate(
  operation: Operation,
  input: Record<string, unknown>,
  secret: string | undefined,
  headers: Record<string, string> = {},
): Promise<Said> {
  const endpoint: Endpoint = API[operation];
  const { method, path, body } = requestOf(endpoint, input);
  const octets = { "content-type": "application/octet-stream" };
  if (endpoint.takesFile) return ask({ method, path, secret, body: "x", headers: { ...octets, ...headers } });
  const type: Record<string, string> = body ? { "content-type": "application/json" } : {};
  return ask({ method, path, secret, body: body && JSON.stringify(body), headers: { ...type, ...headers } });
}

/** @returns the secret of a new token of an account */
export async function tokenOf(
  ctx: Ctx,
  rights: readonly GrantRight[],
  over: { admin?: boolean; jails?: string[] } = {},
): Promise<string> {
  const form = TokenForm.parse({ name: "test", rights: [...rights], jails: null, days: 1, ...over });
  return (await makeToken(ctx, form)).secret;
}
