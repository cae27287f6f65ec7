import { join, resolve } from "node:path";

/** What knast-web is told by its environment; the only place of the process that reads it. */
export type Env = {
  /** knastd's Unix socket */
  socket: string;
  /** directory of knast-web's own: database, secret */
  dir: string;
  database: string;
  host: string;
  port: number;
  /** the one public origin, without a slash at the end; null: whatever Host the browser names */
  origin: string | null;
  /** peers whose X-Forwarded-For is believed */
  proxies: ReadonlySet<string>;
  dev: boolean;
};

/** @returns the options of knast-web; throws RangeError with a sentence for the console when one is malformed */
export function env(from: Record<string, string | undefined> = process.env): Env {
  const state = resolve(from.KNAST_STATE || ".knast");
  const dir = join(state, "web");
  return {
    socket: resolve(from.KNAST_SOCKET || join(state, "run/knastd.sock")),
    dir,
    database: join(dir, "knast.db"),
    host: from.HOST || "127.0.0.1",
    port: port(from.PORT || "3000"),
    origin: from.KNAST_ORIGIN ? origin(from.KNAST_ORIGIN) : null,
    proxies: new Set((from.KNAST_PROXIES ?? "").split(",").filter(Boolean)),
    dev: from.NODE_ENV === "development",
  };
}

/** A server that nobody told otherwise is in production; Next looks at this when it is loaded. */
export function settleMode(): void {
  // Next declares NODE_ENV read-only.
  Object.assign(process.env, { NODE_ENV: process.env.NODE_ENV || "production", NEXT_TELEMETRY_DISABLED: "1" });
}

function port(text: string): number {
  if (!/^[0-9]{1,5}$/.test(text) || Number(text) > 65535) throw new RangeError(`PORT is not a port: ${text}`);
  return Number(text);
}

function origin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== "/" || url.search || url.hash || url.username)
    throw new RangeError(`KNAST_ORIGIN is not an origin like https://panel.example.org: ${text}`);
  return url.origin;
}
