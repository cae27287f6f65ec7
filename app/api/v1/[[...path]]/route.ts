import { visitorOf } from "@/app/visitor.ts";
import { dispatch } from "@/server/services/api/dispatch.ts";
import { eventStream } from "../../event-stream.ts";

/** The API: judged by the token in Authorization alone, never by a cookie, so that no page of elsewhere can make it do something. */
async function answer(request: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  const { method, headers, signal } = request;
  const who = visitorOf(headers);
  const body = request.body as AsyncIterable<Uint8Array> | null;
  const header = (name: string) => headers.get(name);
  const said = await dispatch({ method, path: pathname, query: searchParams, header, body, signal }, who);
  if (typeof said.body === "function") return eventStream(signal, said.body);
  const more = { "cache-control": "no-store, no-transform", "x-request-id": who.requestId, ...said.headers };
  return new Response(method === "HEAD" ? null : said.body, { status: said.status, headers: more });
}

export {
  answer as GET,
  answer as HEAD,
  answer as POST,
  answer as PUT,
  answer as PATCH,
  answer as DELETE,
  answer as OPTIONS,
};
