import { PrismaBetterSqlite3 } from "@prisma/adapter-better-sqlite3";
import { PrismaClient } from "../generated/sqlite/client.ts";

/** Opens a file that migrate has prepared; who opens it disconnects it. */
export function openSqlite(file: string): PrismaClient {
  // A writer waits 5 s for another one, so that two at once are slow and never an error.
  return new PrismaClient({ adapter: new PrismaBetterSqlite3({ url: `file:${file}`, timeout: 5000 }) });
}
