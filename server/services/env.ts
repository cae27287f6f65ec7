import { join, resolve } from "node:path";
import { whichDatabase } from "./database/which-database.ts";
import { type MailSettings, mailSettings } from "./mail/mail-settings.ts";
import { type SignOnSettings, signOnSettings } from "./sign-on/sign-on-settings.ts";

/** What knast-web is told by its environment; the only place of the process that reads it. */
export type Env = {
  /** knastd's Unix socket */
  socket: string;
  /** directory of knast-web's own: database, secret */
  dir: string;
  /** the path of SQLite's file, or the URL of a PostgreSQL: holds a password then, so it is never printed */
  database: string;
  host: string;
  port: number;
  /** the one public origin, without a slash at the end; null: whatever Host the browser names */
  origin: string | null;
  /** peers whose X-Forwarded-For is believed */
  proxies: ReadonlySet<string>;
  /** null: no mail is sent */
  mail: MailSettings | null;
  /** null: nobody signs in by another's word */
  signOn: SignOnSettings | null;
  dev: boolean;
};

/** @returns the options of knast-web; throws RangeError with a sentence for the console when one is malformed */
export function env(from: Record<string, string | undefined> = process.env): Env {
  const state = resolve(from.KNAST_STATE || ".knast");
  const dir = join(state, "web");
  return {
    socket: resolve(from.KNAST_SOCKET || join(state, "run/knastd.sock")),
    dir,
    database: whichDatabase(dir, from.DATABASE_URL),
    host: from.HOST || "127.0.0.1",
    port: port(from.PORT || "3000"),
    origin: from.KNAST_ORIGIN ? origin(from.KNAST_ORIGIN) : null,
    proxies: new Set((from.KNAST_PROXIES ?? "").split(",").filter(Boolean)),
    mail: mailSettings(from.KNAST_SMTP_URL, from.KNAST_MAIL_FROM),
    signOn: signOnSettings(from),
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
