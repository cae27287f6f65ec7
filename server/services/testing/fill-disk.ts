import Database from "better-sqlite3";
import { connectPostgres, postgresPlace } from "../database/postgres-place.ts";
import { isPostgres } from "../database/which-database.ts";

/** Lets every change of a row of this table fail as on a full disk, until what it answers is called. */
export async function fillDisk(database: string, table: string): Promise<() => Promise<void>> {
  const execute = async (sql: string) => {
    if (isPostgres(database)) {
      const client = await connectPostgres(postgresPlace(database));
      await client.query(sql).finally(() => client.end());
    } else {
      const file = new Database(database, { timeout: 5000 });
      file.exec(sql);
      file.close();
    }
  };
  const words = "disk is full";
  if (isPostgres(database)) {
    await execute(
      `CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '${words}' USING ERRCODE = 'disk_full'; END $$;
       CREATE TRIGGER full_disk BEFORE UPDATE ON "${table}" EXECUTE FUNCTION full_disk()`,
    );
    return () => execute(`DROP FUNCTION full_disk CASCADE`);
  }
  await execute(`CREATE TRIGGER full_disk BEFORE UPDATE ON "${table}" BEGIN SELECT RAISE(ABORT, '${words}'); END`);
  return () => execute(`DROP TRIGGER full_disk`);
}
