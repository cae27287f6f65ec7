/** How a viewer attaches: where he goes on (null: he needs the screen), and under which name what he types is counted (null: not at all). */
export type Attach = { from: number | null; typist: string | null };

const QUERY = /^(?:\?(?:from=(0|[1-9][0-9]{0,15})(?:&as=([0-9a-f]{32}))?|as=([0-9a-f]{32})))?$/;

/** @returns the query of `attach`, empty for none of both */
export function attachQuery({ from, typist }: Attach): string {
  const parts = [from === null ? "" : `from=${from}`, typist === null ? "" : `as=${typist}`].filter(Boolean);
  return parts.length > 0 ? `?${parts.join("&")}` : "";
}

/**
 * @param prefix `/v1/terminals/` for knastd, `/ws/terminals/` for the browser
 * @returns null for whatever is not exactly such a path: an absolute URI, another query, something encoded
 */
export function parseAttach(prefix: string, url: string | undefined): ({ terminal: string } & Attach) | null {
  const terminal = url?.slice(prefix.length, prefix.length + 32) ?? "";
  if (!url?.startsWith(prefix) || !/^[0-9a-f]{32}$/.test(terminal)) return null;
  const match = QUERY.exec(url.slice(prefix.length + 32));
  if (!match) return null;
  return { terminal, from: match[1] === undefined ? null : Number(match[1]), typist: match[2] ?? match[3] ?? null };
}
