import type { AuditQuery } from "@/server/contract/audit.ts";

/** What a person has typed into the filter; empty is left out. */
export type Typed = Record<keyof AuditQuery, string>;

export const typedOf = (query: AuditQuery): Typed => ({
  who: query.who ?? "",
  what: query.what ?? "",
  jail: query.jail ?? "",
  result: query.result ?? "",
  from: query.from ?? "",
  to: query.to ?? "",
});

/** @returns the query that it means, without what was left empty */
export const queryOf = (typed: Typed): AuditQuery =>
  Object.fromEntries(
    Object.entries(typed)
      .map(([key, value]) => [key, value.trim()])
      .filter(([, value]) => value !== ""),
  ) as AuditQuery;

/** @returns a path with a query behind it */
export function addressOf(path: string, query: AuditQuery & { before?: number }): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== undefined) params.set(key, String(value));
  return params.size > 0 ? `${path}?${params}` : path;
}
