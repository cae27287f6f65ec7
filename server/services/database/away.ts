import { KnastError } from "../../contract/errors.ts";

/** The database's server does not answer. `digest` tells the page that can't be drawn what to say. */
export class DatabaseAway extends KnastError {
  readonly digest = "database-away";
  constructor(cause: unknown) {
    super("unavailable", { message: "The panel's database can't be reached. The jails go on. Try again soon.", cause });
  }
}

/** Prisma's codes, those of sockets, and PostgreSQL's classes: 08 connection, 57P shutting down or starting up, 53300 no slot left. */
const CODES =
  /^(P1001|P1002|P1008|P1017|P2024|P2037|ECONN[A-Z]+|ETIMEDOUT|EPIPE|ENOENT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|08...|57P0[123]|53300)$/;
const WORDS =
  /Connection terminated|timeout exceeded when trying to connect|Query read timeout|connection error and is not queryable|Client was closed|Can't reach database server|Server has closed the connection/;

type Failed = {
  code?: unknown;
  message?: unknown;
  cause?: unknown;
  meta?: { driverAdapterError?: unknown };
  originalCode?: unknown;
};

/** @returns what an error and those below it say, its own first */
function* chain(error: unknown, depth = 0): Generator<Failed> {
  if (typeof error !== "object" || error === null || depth > 5) return;
  const one = error as Failed & { errors?: unknown[] };
  yield one;
  for (const below of [one.cause, one.meta?.driverAdapterError, ...(one.errors ?? [])]) yield* chain(below, depth + 1);
}

/** @returns whether an error means that the server can't be reached or goes down, and not that a query was wrong */
export function isAway(error: unknown): boolean {
  for (const { code, originalCode, message } of chain(error))
    if (CODES.test(String(code)) || CODES.test(String(originalCode)) || WORDS.test(String(message))) return true;
  return false;
}

/** @returns whether a transaction lost to another one and is to be tried again: serialization failure or deadlock */
export function isConflict(error: unknown): boolean {
  for (const { code, originalCode } of chain(error))
    if (["P2034", "40001", "40P01"].includes(String(code)) || ["40001", "40P01"].includes(String(originalCode)))
      return true;
  return false;
}
