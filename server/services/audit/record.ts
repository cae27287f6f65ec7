/** One thing that somebody did or was refused; no passwords, no tokens, nothing of a jail's content. */
export type AuditLine = {
  what: string;
  who: string;
  source: string;
  requestId: string;
  jail?: string;
  account?: string;
  job?: string;
  result: "ok" | "refused" | "failed";
  code?: string;
};

/** Writes one JSON line to stdout; control characters are escaped by JSON, so a line stays a line. */
export function record(line: AuditLine): void {
  process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), audit: line })}\n`);
}
