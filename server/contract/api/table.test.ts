import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, it } from "vitest";
import { COUNTERPARTS } from "../../../e2e/action-counterparts.ts";
import { type Endpoint, pathNames, restIn } from "./endpoint.ts";
import { apiMarkdown } from "./markdown.ts";
import { openapi } from "./openapi.ts";
import { requestOf, valueOf } from "./request.ts";
import { API, type Operation, OPERATIONS } from "./table.ts";

const root = join(import.meta.dirname, "../../..");
const rows = OPERATIONS.map((operation) => [operation, API[operation] as Endpoint] as const);

/** Every action in the sources, named FILE#EXPORT as in the build's manifest. */
function actions(dir = "app"): string[] {
  return readdirSync(join(root, dir), { withFileTypes: true }).flatMap((entry) => {
    const path = `${dir}/${entry.name}`;
    if (entry.isDirectory()) return actions(path);
    const text = /\.tsx?$/.test(entry.name) ? readFileSync(join(root, path), "utf8") : "";
    if (!/^\s*["']use server["']/m.test(text)) return [];
    return [...text.matchAll(/^export (?:const|async function|function) (\w+)/gm)].map(
      (match) => `${path}#${match[1]}`,
    );
  });
}

describe("the table of the API", () => {
  it("does everything that the panel does, or says why not", () => {
    const found = actions();
    expect(found.length).toBeGreaterThan(60);
    expect(Object.keys(COUNTERPARTS).toSorted()).toEqual(found.toSorted());
    for (const [action, operation] of Object.entries(COUNTERPARTS))
      if (typeof operation === "string") expect(API, action).toHaveProperty([operation]);
      else expect(operation.none.length, action).toBeGreaterThan(10);
  });

  it("has one operation for a method and a path, and no path that could be another one", () => {
    const places = rows.map(([, { method, path }]) => `${method} ${path}`);
    expect(new Set(places).size).toBe(places.length);
    const parts = [...new Set(rows.map(([, { path }]) => path))].map((path) => path.split("/"));
    for (const one of parts)
      for (const other of parts) {
        if (one === other || one.length !== other.length) continue;
        const apart = one.some((part, i) => part !== other[i] && !part.startsWith("{") && !other[i]!.startsWith("{"));
        expect(apart, `${one.join("/")} and ${other.join("/")}`).toBe(true);
      }
  });

  it("names in its paths what its inputs have, and asks for nothing in a query that is no plain value", () => {
    for (const [operation, endpoint] of rows) {
      const { shape } = endpoint.input;
      for (const name of pathNames(endpoint.path)) expect(shape, operation).toHaveProperty(name);
      if (restIn(endpoint) === "body") continue;
      for (const key of Object.keys(shape))
        expect(typeof valueOf(endpoint.input, key, "1"), `${operation} ${key}`).toMatch(/^(string|number)$/);
      // zod's own mark of a strict object: what is unknown is refused.
      expect(endpoint.input.safeParse({ unheard: 1 }).success, operation).toBe(false);
    }
  });

  it("tells creating from looking: what a GET does is a look, what starts a job is none", () => {
    for (const [operation, { kind, method }] of rows) {
      if (method === "GET") expect(["look", "events", "file"], operation).toContain(kind);
      if (kind === "events" || kind === "file") expect(method, operation).toBe("GET");
    }
  });

  it("is asked for by what it reads", () => {
    const asked = (operation: Operation, input: Record<string, unknown>) => requestOf(API[operation], input);
    expect(asked("jails.start", { name: "web" })).toEqual({
      method: "POST",
      path: "/api/v1/jails/web/start",
      body: {},
    });
    expect(asked("jails.show", { name: "a/b c" }).path).toBe("/api/v1/jails/a%2Fb%20c");
    expect(asked("jails.destroy", { name: "web", confirm: "web" })).toEqual({
      method: "DELETE",
      path: "/api/v1/jails/web?confirm=web",
    });
    expect(asked("jails.signal", { name: "web", pid: 7, signal: "HUP" })).toEqual({
      method: "POST",
      path: "/api/v1/jails/web/processes/7/signal",
      body: { signal: "HUP" },
    });
    expect(valueOf(API["jails.signal"].input, "pid", "7")).toBe(7);
    expect(valueOf(API["jails.signal"].input, "pid", "7x")).toBe("7x");
    expect(valueOf(API["jobs.follow"].input, "after", "-1")).toBe(-1);
    expect(valueOf(API["jails.show"].input, "name", "7")).toBe("7");
  });
});

describe("the OpenAPI document", () => {
  it("is one of version 3.1 with every operation in it", async () => {
    const document = JSON.parse(JSON.stringify(openapi())) as { paths: Record<string, Record<string, object>> };
    const validator = new Validator();
    expect(await validator.validate(document as never)).toEqual({ valid: true });
    expect(validator.version).toBe("3.1");
    const ids = Object.values(document.paths).flatMap((path) =>
      Object.values(path).map((operation) => (operation as { operationId: string }).operationId),
    );
    expect(ids.toSorted()).toEqual([...OPERATIONS].toSorted());
    // The validator does see what is wrong.
    expect(await new Validator().validate({ ...document, paths: { jails: {} } } as never)).toMatchObject({
      valid: false,
    });
  });

  it("says of every input what the schema says, split into path, query and body", () => {
    const { paths } = openapi() as { paths: Record<string, Record<string, Record<string, never>>> };
    const plan = paths["/jails/{name}/archive-plan"]!.put! as unknown as {
      parameters: { name: string; in: string }[];
      requestBody: {
        required: boolean;
        content: Record<string, { schema: { properties: object; required: string[] } }>;
      };
    };
    expect(plan.parameters).toEqual([expect.objectContaining({ name: "name", in: "path", required: true })]);
    const { schema } = plan.requestBody.content["application/json"]!;
    expect(Object.keys(schema.properties)).toEqual(["plan"]);
    expect(schema.required).toEqual(["plan"]);
  });

  it("is what docs/api.md says; npm run docs writes it anew", async () => {
    await expect(apiMarkdown()).toMatchFileSnapshot(join(root, "docs/api.md"));
  });
});
