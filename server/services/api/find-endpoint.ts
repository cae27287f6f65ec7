import { API_METHODS, type Endpoint, pathNames } from "../../contract/api/endpoint.ts";
import { API, API_ROOT, type Operation, OPERATIONS } from "../../contract/api/table.ts";

type Template = { operation: Operation; endpoint: Endpoint; names: string[]; pattern: RegExp };
export type Found = { operation: Operation; endpoint: Endpoint; params: Record<string, string> };

const literal = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

const TEMPLATES: Template[] = OPERATIONS.map((operation) => {
  const endpoint: Endpoint = API[operation];
  const pattern = endpoint.path
    .split(/(\{[a-z]+\})/i)
    .map((part) => (part.startsWith("{") ? "([^/]+)" : literal(part)))
    .join("");
  return {
    operation,
    endpoint,
    names: pathNames(endpoint.path),
    pattern: new RegExp(`^${literal(API_ROOT)}${pattern}$`),
  };
});

/** @returns the methods that a path takes, and what they are; [] for a path that is none. A path is never two things. */
export function endpointsAt(path: string): Found[] {
  return TEMPLATES.flatMap(({ operation, endpoint, names, pattern }) => {
    const match = pattern.exec(path);
    if (!match) return [];
    const params = Object.fromEntries(names.map((name, i) => [name, decoded(match[i + 1]!)]));
    return [{ operation, endpoint, params }];
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Whether an operation answers a method: HEAD is for what is there at once, neither a stream nor a file is begun for it. */
export const takes = ({ kind, method }: Endpoint, asked: string): boolean =>
  asked === method || (asked === "HEAD" && method === "GET" && kind === "look");

/** @returns the header Allow for a path */
export function allowed(found: readonly Found[]): string {
  const taken = (method: string) => method === "OPTIONS" || found.some(({ endpoint }) => takes(endpoint, method));
  return [...API_METHODS].filter(taken).join(", ");
}
