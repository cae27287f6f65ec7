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

type Sink = (line: string) => void;
const toStdout: Sink = (line) => void process.stdout.write(line);
let sink = toStdout;

/** Writes one JSON line to stdout; control characters are escaped by JSON, so a line stays a line. */
export function record(line: AuditLine): void {
  sink(`${JSON.stringify({ at: new Date().toISOString(), audit: line })}\n`);
}

/** Sends the lines elsewhere, for tests; without an argument to stdout again. */
export function useSink(other: Sink = toStdout): void {
  sink = other;
}
