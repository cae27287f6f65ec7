import { type Endpoint, pathNames, restIn } from "../../contract/api/endpoint.ts";
import { valueOf } from "../../contract/api/request.ts";
import { KnastError, type Problem } from "../../contract/errors.ts";
import type { ApiRequest } from "./call.ts";

/** Largest JSON body, as the gate has it for all requests. */
const MAX_BODY = 512 * 1024;
const JSON_TYPE = /^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i;

/**
 * Puts an operation's input together from path, query and body, and parses it strictly: what is twice or unknown is refused.
 * @throws KnastError not_found for a name in the path that none can have; wrong_type, too_large; invalid with its problems
 */
export async function readInput(
  endpoint: Endpoint,
  params: Record<string, string>,
  request: ApiRequest,
): Promise<Record<string, unknown>> {
  const { input } = endpoint;
  const given: [string, unknown][] = Object.entries(params).map(([key, text]) => [key, valueOf(input, key, text)]);
  if (restIn(endpoint) === "body") {
    if (request.query.size > 0) throw invalid([...request.query.keys()][0]!, "This is not for the query.");
    given.push(...Object.entries(await readJson(request)));
  } else {
    for (const [key, text] of request.query) given.push([key, valueOf(input, key, text)]);
    if (endpoint.takesFile) assertType(request, /^application\/octet-stream$/i);
    else if (await hasBody(request)) throw invalid("", "This takes no body.");
  }
  const seen = new Set<string>();
  for (const [key] of given) {
    if (seen.has(key)) throw invalid(key, "This is given twice.");
    seen.add(key);
  }
  const parsed = input.safeParse(Object.fromEntries(given));
  if (parsed.success) return parsed.data;
  const named = pathNames(endpoint.path);
  // A name that nothing can have is not there, like one that nothing has.
  if (parsed.error.issues.some(({ path }) => named.includes(String(path[0])))) throw new KnastError("not_found");
  const problems: Problem[] = parsed.error.issues.slice(0, 50).map((issue) => ({
    field: issue.path.map(String).join(".").slice(0, 100),
    code: "invalid",
    message: issue.message.slice(0, 500),
  }));
  throw new KnastError("invalid", { message: "Something in this request is not right.", problems });
}

const invalid = (field: string, message: string) =>
  new KnastError("invalid", { message, problems: [{ field: field.slice(0, 100), code: "invalid", message }] });

function assertType(request: ApiRequest, type: RegExp): void {
  if (!type.test(request.header("content-type") ?? "")) throw new KnastError("wrong_type");
}

async function hasBody({ body }: ApiRequest): Promise<boolean> {
  if (!body) return false;
  for await (const chunk of body) if (chunk.length > 0) return true;
  return false;
}

/** @returns the body's object; {} without a body */
async function readJson(request: ApiRequest): Promise<Record<string, unknown>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.length;
    if (length > MAX_BODY) throw new KnastError("too_large");
    chunks.push(chunk);
  }
  if (length === 0) return {};
  assertType(request, JSON_TYPE);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks)));
  } catch {
    throw invalid("", "The body is not JSON.");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid("", "The body is no object.");
  return value as Record<string, unknown>;
}
