import { type FileHandle, open, readdir } from "node:fs/promises";
import { constants } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/** A file of the chain: `SEQ-YYYY-MM.jsonl`, by its first record's number and the month in which it was begun. */
export type ChainFile = { path: string; first: number; month: string };

const NAME = /^(\d{12})-(\d{4}-\d{2})\.jsonl$/;
const PIECE = 64 * 1024;
/** What is longer than any line of ours is nobody's record. */
export const LINE_MAX = 16 * 1024;

export const fileName = (first: number, month: string): string => `${String(first).padStart(12, "0")}-${month}.jsonl`;

/** @returns the chain's files, oldest first; throws what readdir(2) does */
export async function listFiles(directory: string): Promise<ChainFile[]> {
  const names = await readdir(directory);
  return names
    .sort()
    .map((name) => NAME.exec(name))
    .filter((match) => match !== null)
    .map((match) => ({ path: join(directory, match[0]), first: Number(match[1]), month: match[2]! }));
}

/** Opens a file to read it; a link is not followed, a fifo does not block. */
export const openToRead = (path: string): Promise<FileHandle> =>
  open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);

/** Lines of a file in their order, a piece of it in memory at a time; `whole` is false for what stands after the last line's end. */
export async function* linesOf(path: string): AsyncGenerator<{ line: string; whole: boolean }> {
  const file = await openToRead(path);
  try {
    const buffer = Buffer.alloc(PIECE);
    let rest = "";
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, PIECE, null);
      if (bytesRead === 0) break;
      // Bytes as characters: a line that was edited into something else than UTF-8 must not come out as a good one.
      const lines = (rest + buffer.toString("latin1", 0, bytesRead)).split("\n");
      rest = lines.pop()!;
      for (const line of lines) yield { line, whole: true };
      if (rest.length > LINE_MAX) {
        yield { line: rest, whole: true };
        return;
      }
    }
    if (rest !== "") yield { line: rest, whole: false };
  } finally {
    await file.close();
  }
}

/** The head: which record was the last, kept beside the chain so that a cut end is seen. */
export const Head = z.strictObject({ seq: z.int().min(0), hash: z.string().regex(/^[0-9a-f]{64}$/) });
export type Head = z.infer<typeof Head>;

export const headPath = (directory: string): string => join(directory, "head");

/** Of one length always, so that it is written over in place: that needs no room on a full disk. */
export const headText = ({ seq, hash }: Head): string => `${JSON.stringify({ seq, hash }).padEnd(120)}\n`;

/** @returns the head, null when there is none or it is not readable */
export async function readHead(directory: string): Promise<Head | null> {
  const file = await openToRead(headPath(directory)).catch(() => null);
  if (!file) return null;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(256), 0, 256, 0);
    const parsed = Head.safeParse(JSON.parse(buffer.toString("latin1", 0, bytesRead)));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  } finally {
    await file.close();
  }
}
