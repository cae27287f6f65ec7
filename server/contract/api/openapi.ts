import { z } from "zod";
import { ErrorCode, ERRORS } from "../errors.ts";
import { type Endpoint, pathNames, restIn, statusOf, takesKey } from "./endpoint.ts";
import { PROBLEM_TYPE, ProblemDocument } from "./problem.ts";
import { API, API_ROOT, OPERATIONS } from "./table.ts";

type Json = Record<string, unknown>;
type Described = Json & { properties?: Json; required?: string[] };

const schemaOf = (schema: z.ZodType, io: "input" | "output"): Json => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any", reused: "inline" }) as Json;
  return rest;
};
const json = (schema: Json) => ({ "application/json": { schema } });

const RIGHTS = {
  any: "Any token.",
  admin: "An admin's token.",
} as const;
export const rightWords = (right: Endpoint["right"]): string =>
  right === "any" || right === "admin" ? RIGHTS[right] : `The right \`${right}\` on the jail.`;

/** The codes with which anything can be refused, by status. */
const COMMON = [400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 502, 503, 504, 507];
const codesOf = (status: number): string =>
  ErrorCode.options
    .filter((code) => ERRORS[code].status === status)
    .map((code) => `\`${code}\``)
    .join(", ");

function parameters(endpoint: Endpoint): Json[] {
  const all = schemaOf(endpoint.input, "input") as Described;
  const named = pathNames(endpoint.path);
  const inQuery =
    restIn(endpoint) === "query" ? Object.keys(all.properties ?? {}).filter((key) => !named.includes(key)) : [];
  const one = (name: string, where: "path" | "query") => ({
    name,
    in: where,
    required: where === "path" || (all.required ?? []).includes(name),
    schema: all.properties?.[name] ?? {},
  });
  return [
    ...named.map((name) => one(name, "path")),
    ...inQuery.map((name) => one(name, "query")),
    ...(takesKey(endpoint) ? [{ $ref: "#/components/parameters/IdempotencyKey" }] : []),
    ...(endpoint.kind === "events" ? [{ $ref: "#/components/parameters/LastEventId" }] : []),
    ...(endpoint.kind === "file" ? [{ $ref: "#/components/parameters/Range" }] : []),
  ];
}

function bodyOf(endpoint: Endpoint): Json {
  if (endpoint.takesFile)
    return { requestBody: { required: true, content: { "application/octet-stream": { schema: {} } } } };
  if (restIn(endpoint) === "query") return {};
  const named = pathNames(endpoint.path);
  const { properties, required, ...all } = schemaOf(endpoint.input, "input") as Described;
  const rest = Object.entries(properties ?? {}).filter(([name]) => !named.includes(name));
  if (rest.length === 0) return {};
  const needed = (required ?? []).filter((name) => !named.includes(name));
  const schema = { ...all, properties: Object.fromEntries(rest), ...(needed.length > 0 ? { required: needed } : {}) };
  return { requestBody: { required: needed.length > 0, content: json(schema) } };
}

function successOf(endpoint: Endpoint): Json {
  const status = statusOf(endpoint);
  const { kind, output } = endpoint;
  if (kind === "file")
    return {
      200: { description: "The file.", content: { "application/x-tar": { schema: {} } } },
      206: { description: "The part that Range asked for.", content: { "application/x-tar": { schema: {} } } },
    };
  if (kind === "events") {
    const data = output ? { "x-event-data": schemaOf(output, "output") } : {};
    return {
      200: {
        description: "Server-sent events.",
        content: { "text/event-stream": { schema: { type: "string", ...data } } },
      },
    };
  }
  const description = { 200: "Done.", 201: "Made.", 202: "Begun; follow the job.", 204: "Done." }[status] ?? "Done.";
  const location = { Location: { description: "The job.", schema: { type: "string" } } };
  return {
    [status]: {
      description,
      ...(kind === "job" ? { headers: location } : {}),
      ...(output ? { content: json(schemaOf(output, "output")) } : {}),
    },
  };
}

/** @returns the API as an OpenAPI 3.1 document, from the schemas that it is parsed by */
export function openapi(): Json {
  const paths: Record<string, Json> = {};
  for (const id of OPERATIONS) {
    const endpoint: Endpoint = API[id];
    const { method, path, right, summary } = endpoint;
    (paths[path] ??= {})[method.toLowerCase()] = {
      operationId: id,
      tags: [id.split(".")[0]],
      summary,
      description: rightWords(right),
      "x-knast-right": right,
      parameters: parameters(endpoint),
      ...bodyOf(endpoint),
      responses: {
        ...successOf(endpoint),
        default: { $ref: "#/components/responses/Problem" },
      },
    };
  }
  return {
    openapi: "3.1.1",
    info: {
      title: "KnastHorst",
      version: "1",
      summary: "Everything that the panel does.",
      description: COMMON.map((status) => `- ${status}: ${codesOf(status)}`).join("\n"),
    },
    servers: [{ url: API_ROOT }],
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: "http", scheme: "bearer", description: "A personal token, knast_…" } },
      parameters: {
        IdempotencyKey: {
          name: "Idempotency-Key",
          in: "header",
          description: "The same key and request within a day give the same answer and nothing is done again.",
          schema: { type: "string", pattern: "^[A-Za-z0-9_-]{1,64}$" },
        },
        LastEventId: { name: "Last-Event-ID", in: "header", schema: { type: "string", pattern: "^[0-9]{1,9}$" } },
        Range: { name: "Range", in: "header", schema: { type: "string" } },
      },
      responses: {
        Problem: {
          description: "It was not done.",
          content: { [PROBLEM_TYPE]: { schema: schemaOf(ProblemDocument, "output") } },
        },
      },
    },
  };
}
