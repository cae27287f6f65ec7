import { readFileSync } from "node:fs";

type Manifest = { node: Record<string, { filename: string; exportedName: string; workers: Record<string, unknown> }> };

export type ServerAction = { id: string; key: string; /** a page that holds it */ page: string };

/** Every server action that the build has, named `FILE#EXPORT`: what a stranger can call by hand. */
export function serverActions(): ServerAction[] {
  const manifest = JSON.parse(readFileSync(".next/server/server-reference-manifest.json", "utf8")) as Manifest;
  return Object.entries(manifest.node)
    .map(([id, { filename, exportedName, workers }]) => ({
      id,
      key: `${filename}#${exportedName}`,
      page: pathOf(Object.keys(workers)[0]!),
    }))
    .toSorted((a, b) => a.key.localeCompare(b.key));
}

const pathOf = (worker: string): string =>
  worker
    .replace(/^app/, "")
    .replace(/\/page$/, "")
    .replaceAll(/\/\([a-z]+\)/g, "")
    .replaceAll(/\[[a-z]+\]/g, "x") || "/";

export type Answer = { status: number; body: string; headers: Record<string, string> };

/** Who can send a POST: a page of Playwright's, or anything that speaks like its APIRequestContext. */
export type Poster = {
  request: {
    post(
      url: string,
      options: { headers: Record<string, string>; data: string; maxRedirects: number },
    ): Promise<{ status(): number; text(): Promise<string>; headers(): Record<string, string> }>;
  };
};

/** Calls an action as its page's script would; request ids are taken out, as they differ by design. */
export async function callAction(
  who: Poster,
  origin: string,
  action: ServerAction,
  input: unknown,
  more: Record<string, string> = {},
): Promise<Answer> {
  const response = await who.request.post(`${origin}${action.page}`, {
    headers: {
      "next-action": action.id,
      "content-type": "text/plain;charset=UTF-8",
      origin,
      accept: "text/x-component",
      ...more,
    },
    data: JSON.stringify([input]),
    maxRedirects: 0,
  });
  const text = await response.text();
  const headers = response.headers();
  return { status: response.status(), headers, body: text.replace(/"requestId":"[^"]*"/g, '"requestId":"-"') };
}

/** @returns the `{ ok, … }` of an action's answer, null when there is none */
export function outcome(answer: Answer): { ok: boolean; failure?: { code: string }; value?: unknown } | null {
  for (const line of answer.body.split("\n")) {
    const json = /^[0-9a-f]+:(\{"ok":.*)$/.exec(line)?.[1];
    if (json) return JSON.parse(json) as { ok: boolean; failure?: { code: string } };
  }
  return null;
}
