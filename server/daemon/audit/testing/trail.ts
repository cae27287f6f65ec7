import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { parseLine } from "../../../chain/line.ts";
import type { AuditRecord } from "../../../contract/audit.ts";
import { createLog } from "../../log.ts";
import { Audit, type Entry } from "../audit.ts";

/** A directory of its own, gone after the test. */
export function trailDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "knast-audit-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export const entry = (over: Partial<Entry> = {}): Entry => ({
  origin: "knastd",
  who: "anna",
  source: "192.0.2.1",
  what: "jail.stop",
  jail: "mail",
  requestId: "r",
  result: "ok",
  ...over,
});

/** An open trail; `close` it to look at what it has left. */
export async function openTrail(directory: string, options: ConstructorParameters<typeof Audit>[2] = {}) {
  const logged: string[] = [];
  const audit = new Audit(
    directory,
    createLog((line) => logged.push(line)),
    options,
  );
  await audit.open();
  return Object.assign(audit, { logged });
}

/** A closed chain of `count` records. */
export async function writeTrail(directory: string, count: number, fileMax?: number): Promise<void> {
  const audit = await openTrail(directory, fileMax === undefined ? {} : { fileMax });
  for (let i = 1; i <= count; i++) await audit.record(entry({ requestId: `r${i}` }));
  await audit.close();
}

export const filesIn = (directory: string): string[] =>
  readdirSync(directory)
    .filter((name) => name.endsWith(".jsonl"))
    .sort()
    .map((name) => join(directory, name));

export const linesIn = (directory: string): string[] =>
  filesIn(directory).flatMap((path) => readFileSync(path, "utf8").split("\n").slice(0, -1));

export const recordsIn = (directory: string): AuditRecord[] => linesIn(directory).map((line) => parseLine(line)!);

/** Changes the lines of one file, as somebody with an editor would. */
export function edit(path: string, change: (lines: string[]) => string[]): void {
  const lines = readFileSync(path, "utf8").split("\n").slice(0, -1);
  writeFileSync(
    path,
    change(lines)
      .map((line) => `${line}\n`)
      .join(""),
  );
}
