import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "../generated/postgresql/client.ts";
import type { PrismaClient as SqliteClient } from "../generated/sqlite/client.ts";
import { DatabaseAway, isAway, isConflict } from "./away.ts";
import { postgresPlace } from "./postgres-place.ts";

const CONNECTIONS = 10;
/** A transaction that lost to another process's is begun anew so often; within a process they take turns. */
const TRIES = 12;

/**
 * Opens a PostgreSQL that migrate has prepared; who opens it disconnects it. What differs from SQLite stays in here: transactions
 * are serializable, one after the other in this process and begun anew when another process was faster, so their
 * functions may run more than once; whoever asks while the server is away gets DatabaseAway.
 */
export function openPostgres(url: string): SqliteClient {
  const { connectionString, schema } = postgresPlace(url);
  const adapter = new PrismaPg(
    {
      connectionString,
      application_name: "knasthorst",
      max: CONNECTIONS,
      connectionTimeoutMillis: 5000,
      idleTimeoutMillis: 60_000,
      keepAlive: true,
      statement_timeout: 30_000,
      query_timeout: 35_000,
      idle_in_transaction_session_timeout: 60_000,
    },
    { schema },
  );
  const client = new PrismaClient({
    adapter,
    transactionOptions: { isolationLevel: "Serializable", maxWait: 10_000, timeout: 15_000 },
  });
  const told = client.$extends({
    query: { $allOperations: ({ args, query }) => query(args).catch(awayOr) },
  });
  return inTurns(told) as unknown as SqliteClient;
}

function awayOr(error: unknown): never {
  throw isAway(error) && !(error instanceof DatabaseAway) ? new DatabaseAway(error) : error;
}

type Transact = (work: unknown, options?: unknown) => Promise<unknown>;

/** The client with a $transaction that waits for the one before and survives a lost race. */
function inTurns<T extends object>(client: T): T {
  let turn: Promise<unknown> = Promise.resolve();
  const plain = (client as { $transaction: Transact }).$transaction.bind(client);
  const transact: Transact = (work, options) => {
    const mine = turn.then(() => untilWon(() => plain(work, options)));
    turn = mine.catch(() => {});
    return mine.catch(awayOr);
  };
  return new Proxy(client, {
    get: (target, name) => (name === "$transaction" ? transact : Reflect.get(target, name, target)),
  });
}

async function untilWon<T>(act: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++)
    try {
      return await act();
    } catch (error) {
      if (!isConflict(error) || attempt === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(2 ** attempt * 5, 500)));
    }
}
