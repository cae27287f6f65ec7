import type { FileHandle } from "node:fs/promises";
import type { AuditPage, AuditRecord } from "../contract/audit.ts";
import { LINE_MAX, listFiles, openToRead } from "./files.ts";
import { parseLine } from "./line.ts";

const PIECE = 64 * 1024;
/** Bytes that one call reads at most, whatever it looks for. */
const BUDGET = 8 * 1024 * 1024;

export type LookBack = {
  /** records before this number; the newest when it is left out */
  before?: number | undefined;
  limit: number;
  /** whether a record is wanted */
  wanted(record: AuditRecord): boolean;
  /** a quick look at the line: false for one that can't be wanted */
  maybe?(line: string): boolean;
  /** by a look at the line: no record before this one is wanted, reading ends there */
  over?(line: string): boolean;
};

/**
 * Records from the newest on, at most `limit`, reading the files backwards and no more than 8 MiB of them.
 * @returns them, and the number before which the next call goes on, null at the chain's beginning
 */
export async function lookBack(
  directory: string,
  { before, limit, wanted, maybe = () => true, over = () => false }: LookBack,
  budget = BUDGET,
): Promise<AuditPage> {
  const files = await listFiles(directory);
  const records: AuditRecord[] = [];
  let left = budget;
  for (const file of files.reverse()) {
    if (before !== undefined && file.first >= before) continue;
    const handle = await openToRead(file.path);
    try {
      const end = await endBefore(handle, before);
      for await (const { line, read } of linesBackwards(handle, end)) {
        left -= read;
        if (over(line)) return { records, next: null };
        const likely = maybe(line);
        // A line that can't be wanted is not parsed, unless its number is where the next call goes on.
        const record = likely || left <= 0 ? parseLine(line) : null;
        if (record && likely && wanted(record)) records.push(record);
        const done = records.length >= limit || left <= 0;
        if (done && record) return { records, next: record.seq > 1 ? record.seq : null };
      }
    } finally {
      await handle.close();
    }
  }
  return { records, next: null };
}

/** @returns where the first line of a record with this number or a later one begins; the file's end without a number */
async function endBefore(file: FileHandle, before: number | undefined): Promise<number> {
  const { size } = await file.stat();
  if (before === undefined) return size;
  let [low, high] = [0, size];
  while (high - low > PIECE) {
    const middle = Math.floor((low + high) / 2);
    const found = await firstSeq(file, middle);
    if (found && found.seq < before) low = middle;
    else high = middle;
  }
  // What is left is a few lines: those after it are passed over one by one.
  const { buffer, bytesRead } = await file.read(Buffer.alloc(PIECE + LINE_MAX), 0, PIECE + LINE_MAX, low);
  const text = buffer.toString("latin1", 0, bytesRead);
  let at = low === 0 ? 0 : text.indexOf("\n") + 1;
  for (let next = text.indexOf("\n", at); next >= 0; at = next + 1, next = text.indexOf("\n", at)) {
    const record = parseLine(text.slice(at, next));
    if (record && record.seq >= before) break;
  }
  return low + at;
}

/** The number of the first whole record after an offset. */
async function firstSeq(file: FileHandle, offset: number): Promise<AuditRecord | null> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(2 * LINE_MAX), 0, 2 * LINE_MAX, offset);
  const lines = buffer.toString("latin1", 0, bytesRead).split("\n").slice(1, -1);
  for (const line of lines) {
    const record = parseLine(line);
    if (record) return record;
  }
  return null;
}

/** Whole lines that end before an offset, the last one first, and how many bytes each has cost. */
async function* linesBackwards(file: FileHandle, end: number): AsyncGenerator<{ line: string; read: number }> {
  let rest = "";
  let begun = false;
  for (let at = end; at > 0;) {
    const from = Math.max(0, at - PIECE);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(at - from), 0, at - from, from);
    const lines = (buffer.toString("latin1", 0, bytesRead) + rest).split("\n");
    at = from;
    rest = lines.shift()!;
    // What stands after the last line's end is not a record yet.
    if (lines.length > 0 && !begun) {
      lines.pop();
      begun = true;
    }
    for (const line of lines.reverse()) yield { line, read: line.length + 1 };
    // Nobody's record: it must not gather in memory.
    if (rest.length > LINE_MAX) rest = "";
  }
  if (begun && rest !== "") yield { line: rest, read: rest.length };
}
