import type { z } from "zod";
import { type Endpoint, type Input, type Method, pathNames, restIn } from "./endpoint.ts";
import { API_ROOT } from "./table.ts";

export type WireRequest = { method: Method; /** with the query */ path: string; body?: Record<string, unknown> };

/** @returns how an operation is asked for: the reverse of readInput(); `input` must be of its schema */
export function requestOf(endpoint: Endpoint, input: Record<string, unknown>): WireRequest {
  const named = pathNames(endpoint.path);
  const path = endpoint.path.replaceAll(/\{([a-z]+)\}/gi, (_, name: string) => encodeURIComponent(String(input[name])));
  const rest = Object.entries(input).filter(([key, value]) => !named.includes(key) && value !== undefined);
  const { method } = endpoint;
  if (restIn(endpoint) === "body") return { method, path: API_ROOT + path, body: Object.fromEntries(rest) };
  const query = new URLSearchParams(rest.map(([key, value]) => [key, String(value)])).toString();
  return { method, path: API_ROOT + path + (query ? `?${query}` : "") };
}

/** What a path or a query says is text: @returns the value that its schema expects, or the text itself for the schema to refuse */
export function valueOf(input: Input, key: string, text: string): unknown {
  const type = kindOf(input.shape[key]);
  if (type === "number" && /^-?[0-9]{1,16}$/.test(text)) return Number(text);
  if (type === "boolean" && /^(true|false)$/.test(text)) return text === "true";
  return text;
}

/** The kind of a schema beneath what makes it optional. */
function kindOf(schema: unknown): string | undefined {
  const { def } = (schema as z.ZodType | undefined) ?? {};
  if (!def) return undefined;
  const inner = (def as { innerType?: unknown }).innerType;
  return inner ? kindOf(inner) : def.type;
}
