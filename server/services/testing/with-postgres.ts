type Postgres = { url: string; stop(): Promise<void> };

/** For vitest: a PostgreSQL for the run, unless KNAST_TEST_DATABASE_URL names one. @throws Error where there is none */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.KNAST_TEST_DATABASE_URL) return undefined;
  // Plain Node without types, as npm test needs it too.
  const path = new URL("../../launch/postgres.mjs", import.meta.url).href;
  const { startPostgres } = (await import(path)) as { startPostgres(): Promise<Postgres> };
  const { url, stop } = await startPostgres();
  process.env.KNAST_TEST_DATABASE_URL = url;
  return stop;
}
