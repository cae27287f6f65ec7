import type { AuditProblem, AuditVerdict } from "../contract/audit.ts";
import { type ChainFile, linesOf, listFiles, readHead } from "./files.ts";
import { isSealed, linkOf, NOTHING_BEFORE } from "./line.ts";

/**
 * Walks the whole chain, a line in memory at a time, also while records are written to its end.
 * @returns how many records are as they were written, from the first on, and what is wrong with the next one
 */
export async function verifyChain(directory: string): Promise<AuditVerdict> {
  // The head first: what is written meanwhile is more than it says, never less.
  const head = (await readHead(directory)) ?? (await readHead(directory));
  const files = await listFiles(directory);
  let records = 0;
  let prev = NOTHING_BEFORE;
  const end = (problem: AuditProblem | null): AuditVerdict => ({ records, files: files.length, problem });
  for await (const { line, whole } of linesOfAll(files)) {
    const seq = records + 1;
    // The daemon is writing it now, or was when it was killed.
    if (!whole) break;
    const record = linkOf(line);
    if (!record || !isSealed(line)) return end(problem(seq, "edited", `Record ${seq} was edited.`));
    if (record.seq !== seq) return end(await misplaced(files, seq, record.seq));
    if (record.prev !== prev)
      return end(
        seq === 1
          ? problem(1, "edited", "Record 1 says that there was one before it.")
          : problem(seq - 1, "edited", `Record ${seq - 1} was exchanged: record ${seq} was written after another one.`),
      );
    prev = record.hash;
    records = seq;
    if (head?.seq === seq && head.hash !== prev)
      return end(problem(seq, "edited", `Record ${seq} was exchanged: the head names another one.`));
  }
  if (!head && records > 0)
    return end(
      problem(records, "no-head", "The file head is missing, so nobody can tell whether the end was cut off."),
    );
  if (head && head.seq > records)
    return end(
      problem(
        records + 1,
        "cut",
        `Records ${records + 1} to ${head.seq} were cut off: the head says that they were written.`,
      ),
    );
  return end(null);
}

const problem = (seq: number, why: AuditProblem["why"], says: string): AuditProblem => ({ seq, why, says });

async function* linesOfAll(files: ChainFile[]): AsyncGenerator<{ line: string; whole: boolean }> {
  for (const [i, { path }] of files.entries())
    for await (const { line, whole } of linesOf(path)) yield { line, whole: whole || i < files.length - 1 };
}

/** Another number than the next one: the next one stands elsewhere, or nowhere. */
async function misplaced(files: ChainFile[], wanted: number, found: number): Promise<AuditProblem> {
  for await (const { line } of linesOfAll(files))
    if (linkOf(line)?.seq === wanted)
      return problem(wanted, "reordered", `Record ${wanted} stands elsewhere; ${found} is in its place.`);
  if (found < wanted) return problem(wanted, "reordered", `Record ${found} stands where ${wanted} belongs.`);
  const many = found - 1 > wanted ? `Records ${wanted} to ${found - 1} were` : `Record ${wanted} was`;
  return problem(wanted, "removed", `${many} removed.`);
}
