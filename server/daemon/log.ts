import { cleanText } from "./host/lines.ts";

export type Fields = Record<string, string | number | boolean | null | undefined>;

export type Log = {
  info(event: string, fields?: Fields): void;
  error(event: string, cause: unknown, fields?: Fields): void;
  /** one line for every verb that changes something, whatever became of it */
  audit(fields: Fields): void;
};

const MAX_FIELD = 2000;

/** @returns a log of JSON lines; no field can end its line, carry control characters or grow beyond 2000 characters */
export function createLog(write: (line: string) => void): Log {
  const line = (level: string, event: string, fields: Fields) => {
    const out: Fields = { time: new Date().toISOString(), level, event };
    for (const [key, value] of Object.entries(fields))
      if (value !== undefined) out[key] = typeof value === "string" ? cleanText(value, MAX_FIELD) : value;
    write(`${JSON.stringify(out)}\n`);
  };
  return {
    info: (event, fields = {}) => line("info", event, fields),
    error: (event, cause, fields = {}) => line("error", event, { ...fields, cause: describeCause(cause) }),
    audit: (fields) => line("audit", "audit", fields),
  };
}

/** @returns an exception with its chain of causes as one text, for the log only */
export function describeCause(cause: unknown): string {
  const parts: string[] = [];
  for (let one = cause; one !== undefined && one !== null && parts.length < 5;) {
    if (!(one instanceof Error)) {
      parts.push(String(one));
      break;
    }
    parts.push(one.cause === undefined ? (one.stack ?? one.message) : `${one.name}: ${one.message}`);
    one = one.cause;
  }
  return parts.join(" <- ");
}
