import pg from "pg";

/** Where a PostgreSQL is and which of its schemas is ours. */
export type PostgresPlace = {
  /** what pg connects with; holds the password */
  connectionString: string;
  schema: string;
  /** for people: the URL without its password */
  words: string;
};

/**
 * Reads DATABASE_URL as psql(1) and Prisma do: `postgresql://USER:PASSWORD@HOST:PORT/DATABASE`, `?host=DIRECTORY` for a Unix
 * socket, `?schema=NAME` for another schema than public.
 * @throws RangeError with a sentence that never repeats the URL, as that holds a password
 */
export function postgresPlace(url: string): PostgresPlace {
  const schema = /[?&]schema=([^&#]*)/.exec(url)?.[1] ?? "public";
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema))
    throw new RangeError("DATABASE_URL: a schema is named by a-z, 0-9 and _.");
  const connectionString = url.replace(/([?&])schema=[^&#]*&?/, "$1").replace(/[?&]$/, "");
  try {
    // Takes the URL apart, connects to nothing.
    const { user, host, port, database } = new pg.Client({ connectionString });
    const where = host.startsWith("/") ? `/${database}?host=${host}` : `${host}:${port}/${database}`;
    return { connectionString, schema, words: `postgresql://${user ?? ""}@${where}` };
  } catch {
    throw new RangeError("DATABASE_URL is not a URL like postgresql://knast:PASSWORD@127.0.0.1/knast.");
  }
}

/** Opens one connection past Prisma, in our schema and in UTC. Who opens it ends it. @throws what pg throws */
export async function connectPostgres({ connectionString, schema }: PostgresPlace): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString,
    application_name: "knasthorst",
    connectionTimeoutMillis: 5000,
    keepAlive: true,
  });
  // Without a listener a connection that breaks while nobody asks ends the process; whoever asks next hears of it.
  client.on("error", () => {});
  await client.connect();
  await client.query(`SET TIME ZONE 'UTC'`);
  await client.query(`SET search_path TO "${schema}"`);
  return client;
}
