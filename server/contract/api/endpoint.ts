import { z } from "zod";
import type { GrantRight } from "../grants.ts";
import { JobRef } from "../job.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
/** What the API takes; of the pages only GET, HEAD and POST. */
export const API_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
export type Route = `${Method} /${string}`;
/** What a caller must have: a right on the jail that the path or the body names, an admin's token, or any token. */
export type ApiRight = GrantRight | "admin" | "any";
export type Input = z.ZodObject;

/**
 * One thing that the API does. `input` is what the panel's form sends: what the path names comes from the path, the rest of it
 * from the query (GET and DELETE, and where the body is a file) or from the JSON body.
 */
export type Endpoint<I extends Input = Input, O extends z.ZodType | null = z.ZodType | null> = {
  /** `look` changes nothing, `call` answers when it is done, `job` answers 202 and goes on; the other two answer no JSON */
  kind: "look" | "call" | "create" | "job" | "events" | "file";
  method: Method;
  /** below /api/v1, with {names} */
  path: string;
  right: ApiRight;
  summary: string;
  input: I;
  /** null: 204 without a body; of `events`: what the data of each event is */
  output: O;
  /** the body is a file, not JSON */
  takesFile?: true;
};

function endpoint<K extends Endpoint["kind"], I extends Input, O extends z.ZodType | null>(
  kind: K,
  route: Route,
  right: ApiRight,
  summary: string,
  input: I,
  output: O,
) {
  const [method, path] = route.split(" ") as [Method, string];
  return { kind, method, path, right, summary, input, output };
}

/** Changes nothing. */
export const look = <I extends Input, O extends z.ZodType>(
  route: Route,
  right: ApiRight,
  summary: string,
  input: I,
  output: O,
) => endpoint("look", route, right, summary, input, output);
/** Answers 200 with what came of it, or 204 when there is nothing to say. */
export const call = <I extends Input, O extends z.ZodType | null>(
  route: Route,
  right: ApiRight,
  summary: string,
  input: I,
  output: O,
) => endpoint("call", route, right, summary, input, output);
/** Answers 201 with what was made. */
export const create = <I extends Input, O extends z.ZodType>(
  route: Route,
  right: ApiRight,
  summary: string,
  input: I,
  output: O,
) => endpoint("create", route, right, summary, input, output);
/** Answers 202 with the job's id; it goes on whatever becomes of the caller. */
export const job = <I extends Input>(route: Route, right: ApiRight, summary: string, input: I) =>
  endpoint("job", route, right, summary, input, JobRef);
/** Answers server-sent events. */
export const events = <I extends Input, O extends z.ZodType>(
  route: Route,
  right: ApiRight,
  summary: string,
  input: I,
  output: O,
) => endpoint("events", route, right, summary, input, output);
/** Answers bytes, and a part of them when Range asks for it. */
export const file = <I extends Input>(route: Route, right: ApiRight, summary: string, input: I) =>
  endpoint("file", route, right, summary, input, null);

/** @returns the names in a path's braces */
export const pathNames = (path: string): string[] => [...path.matchAll(/\{([a-z]+)\}/gi)].map((match) => match[1]!);

/** Where what the path does not name comes from. */
export function restIn({ kind, method, takesFile }: Endpoint): "query" | "body" {
  return method === "GET" || method === "DELETE" || kind === "file" || takesFile ? "query" : "body";
}

/** Whether Idempotency-Key means something: what is done anew by every POST. */
export const takesKey = ({ kind, method }: Endpoint): boolean => method === "POST" && kind !== "look";

/** The status of success. */
export const statusOf = ({ kind, output }: Endpoint): number =>
  kind === "job" ? 202 : kind === "create" ? 201 : kind === "call" && output === null ? 204 : 200;
