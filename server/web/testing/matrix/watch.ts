import { join } from "node:path";
import Database from "better-sqlite3";
import { VERBS } from "../../../contract/daemon.ts";
import type { Web } from "../web.ts";
import type { Asked } from "./ask.ts";

export type Watch = ReturnType<typeof watchOf>;

/** Looks at what a panel has done: in its database and to its daemon. */
export function watchOf(web: Web) {
  const looker = new Database(join(web.state, "web/knast.db"), { readonly: true });
  return {
    /** All that the database holds, but for when somebody was seen last. */
    content(): string {
      const tables = looker.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").pluck().all();
      // What knast-web notes by itself for the notices is nobody's doing.
      const others = (table: string) => (table === "Setting" ? ` WHERE key NOT LIKE 'notices.%'` : "");
      const rows = (tables as string[]).map((table) => [
        table,
        looker.prepare(`SELECT * FROM "${table}"${others(table)}`).all(),
      ]);
      return JSON.stringify(rows, (key, value: unknown) =>
        /^last(Seen|Used)(At|From)$/.test(key) ? null : typeof value === "bigint" ? String(value) : value,
      );
    },
    /** What knastd heard since, beside looks; knast-web itself ends the shells that nobody may have. */
    done: (since: number) =>
      web.daemon.heard
        .slice(since)
        .filter(
          ({ verb, actor }) => VERBS[verb].kind !== "look" && !(verb === "terminal.close" && actor === "knast-web"),
        ),
    close: () => void looker.close(),
  };
}

/** Everything of an answer that a person could tell two answers by, but for what he himself has named. */
export function told({ status, headers, body }: Asked, asked: readonly string[]): string {
  const { date: _, "content-security-policy": policy = "", ...rest } = headers;
  const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? "";
  // The line of the log that tells of this request, and of no other.
  const named = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
  const same = (text: string) =>
    asked
      .reduce((rest, each) => rest.replaceAll(each, "NAME"), nonce ? text.replaceAll(nonce, "NONCE") : text)
      .replaceAll(named, "-");
  return same(JSON.stringify({ status, rest, policy, body }));
}
