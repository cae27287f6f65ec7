import type { AuditEntry } from "../../contract/audit.ts";
import { call } from "../daemon.ts";
import { Outbox } from "./outbox.ts";

export type AuditLine = AuditEntry;

type Sink = (line: string) => void;
const shared = globalThis as { knastAuditSink?: Sink | undefined; knastAuditOutbox?: Outbox };

const lineOf = (entry: AuditLine): string => `${JSON.stringify({ at: new Date().toISOString(), audit: entry })}\n`;

/** The contract takes 4000 characters of a field, the daemon keeps 200. */
const short = (entry: AuditLine): AuditLine =>
  Object.fromEntries(
    Object.entries(entry).map(([key, value]) => [key, typeof value === "string" ? value.slice(0, 1000) : value]),
  ) as AuditLine;

const outbox = (): Outbox =>
  (shared.knastAuditOutbox ??= new Outbox({
    send: (entries) => call("audit.append", { entries }, { actor: "root" }),
    // Control characters are escaped by JSON, so a line stays a line.
    print: (entry) => void process.stdout.write(lineOf(entry)),
  }));

/**
 * Has something recorded in the daemon's trail. It never fails: what the daemon does not take now goes to stdout and to the
 * daemon later.
 * @param byDaemon it has recorded this itself already
 */
export async function record(line: AuditLine, { byDaemon = false } = {}): Promise<void> {
  if (shared.knastAuditSink) return shared.knastAuditSink(lineOf(line));
  if (!byDaemon) await outbox().add(short(line));
}

/** Sends all lines elsewhere, for tests; without an argument to the daemon again. */
export function useSink(other?: Sink): void {
  shared.knastAuditSink = other;
}
