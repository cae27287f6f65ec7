import { randomBytes } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Daemon } from "../daemon.ts";
import type { Entry } from "./audit.ts";
import { fromOf } from "./of-verb.ts";

type Told = Pick<Entry, "jail" | "terminal" | "object" | "account">;

/** What of a jail's somebody gets to see; `jailId` is its $knast_id where that is known. */
export type Reading = Told & { what: string; jailId: string | null };

/** Puts on record that something begins to leave the host. @throws KnastError disk_full, and then it stays here */
export type Note = (reading: Reading) => Promise<void>;

/** @param who as knast-actor says; @param own the request's id where knast-web has given it none */
export const noteFor =
  ({ audit }: Pick<Daemon, "audit">, headers: IncomingHttpHeaders, who: string, own: string): Note =>
  (reading) =>
    audit.recordFirst(entryOf(reading, headers, who, own));

/** Records who begins to look at a shell. It may be the one by which a full disk is made empty, so that it is refused to nobody. */
export const noteView = (
  { audit }: Pick<Daemon, "audit">,
  headers: IncomingHttpHeaders,
  who: string,
  shell: Omit<Reading, "what">,
): Promise<void> =>
  audit.record(entryOf({ ...shell, what: "terminal.view" }, headers, who, randomBytes(8).toString("hex")));

function entryOf({ jailId, ...told }: Reading, headers: IncomingHttpHeaders, who: string, own: string): Entry {
  const id = jailId === null ? {} : { jailId };
  return { origin: "knastd", who, ...fromOf(headers, own), ...told, ...id, result: "ok" };
}

/** @returns a file's name, and which part of it one request takes: a download that goes on is another request */
export const partOf = (file: string, range: { first: number; last: number } | null): string =>
  range ? `${file}, bytes ${range.first}-${range.last}` : file;
