import { constants } from "node:fs";
import * as fs from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileName, type Head, headPath, headText, listFiles, readHead } from "../../chain/files.ts";
import { NOTHING_BEFORE, seal, type Unsealed } from "../../chain/line.ts";
import { lookBack } from "../../chain/look-back.ts";

/** A file of the chain is followed by another one when it has grown to this, and when a month (UTC) begins. */
export const FILE_MAX = 8 * 1024 * 1024;

export type Unchained = Omit<Unsealed, "seq" | "prev">;
/** What was not as it had been left. */
export type Finding = { what: "audit.torn" | "audit.cut" | "audit.no-head"; count: number };

type Current = { file: fs.FileHandle; path: string; month: string; size: number };

/**
 * Writes the chain: lines are appended, never changed. What a killed process or a full disk has left of a line is taken away
 * again; nobody was told that it was written.
 */
export class ChainWriter {
  #current: Current | null = null;
  #head: fs.FileHandle | null = null;

  private constructor(
    private readonly directory: string,
    private readonly fileMax: number,
    /** the last record */
    private last: Head,
  ) {}

  get seq(): number {
    return this.last.seq;
  }

  /**
   * Opens the chain where it ends.
   * @returns what was found wrong with its end too; throws what open(2) and read(2) do
   */
  static async open(directory: string, fileMax = FILE_MAX): Promise<{ writer: ChainWriter; found: Finding[] }> {
    const found: Finding[] = [];
    const newest = (await listFiles(directory)).at(-1);
    const head = await readHead(directory);
    let current: Current | null = null;
    if (newest) {
      const flags = constants.O_RDWR | constants.O_APPEND | constants.O_NOFOLLOW;
      const file = await fs.open(newest.path, flags);
      const torn = await dropTorn(file);
      if (torn > 0) found.push({ what: "audit.torn", count: torn });
      current = { file, path: newest.path, month: newest.month, size: (await file.stat()).size };
    }
    const { records } = await lookBack(directory, { limit: 1, wanted: () => true }, Infinity);
    const there = records[0] ?? { seq: 0, hash: NOTHING_BEFORE };
    // The head's word counts: the next record's number and hash then show for ever that some were cut off or exchanged.
    const last = head && head.seq >= there.seq ? head : { seq: there.seq, hash: there.hash };
    if (last.seq > there.seq) found.push({ what: "audit.cut", count: last.seq - there.seq });
    if (!head && there.seq > 0) found.push({ what: "audit.no-head", count: 0 });
    const writer = new ChainWriter(directory, fileMax, last);
    writer.#current = current;
    return { writer, found };
  }

  /**
   * Appends records, all of them or none, and comes back when they are on the disk.
   * @throws what write(2), fsync(2) and open(2) do; the chain is then as it was
   */
  async append(records: readonly Unchained[]): Promise<void> {
    const current = await this.#currentFor(records[0]!.at.slice(0, 7));
    let { seq, hash } = this.last;
    let text = "";
    for (const record of records) {
      const sealed = seal({ seq: ++seq, ...record, prev: hash });
      hash = sealed.hash;
      text += `${sealed.line}\n`;
    }
    const bytes = Buffer.from(text, "latin1");
    try {
      for (let done = 0; done < bytes.length;)
        done += (await current.file.write(bytes, done, bytes.length - done)).bytesWritten;
      await current.file.datasync();
    } catch (error) {
      // What can't be taken away now is another file's beginning then.
      await current.file.truncate(current.size).catch(() => this.#leave());
      throw error;
    }
    current.size += bytes.length;
    this.last = { seq, hash };
    await this.#writeHead().catch(() => {});
  }

  async close(): Promise<void> {
    await this.#leave();
    await this.#head?.close();
    this.#head = null;
  }

  async #leave(): Promise<void> {
    const left = this.#current;
    this.#current = null;
    await left?.file.close().catch(() => {});
  }

  /** The file to write to. Where somebody else has written to the newest one, or removed it, a new one is begun. */
  async #currentFor(month: string): Promise<Current> {
    const now = this.#current;
    if (now && now.month === month && now.size < this.fileMax) {
      const { size, nlink } = await now.file.stat();
      if (size === now.size && nlink > 0) return now;
    }
    const path = join(this.directory, fileName(this.last.seq + 1, month));
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW;
    const file = await fs.open(path, flags, 0o600);
    try {
      await dropTorn(file);
      const parent = await fs.open(dirname(path), constants.O_RDONLY | constants.O_DIRECTORY);
      await parent.sync().finally(() => parent.close());
    } catch (error) {
      await file.close();
      throw error;
    }
    await this.#leave();
    this.#current = { file, path, month, size: (await file.stat()).size };
    return this.#current;
  }

  /** Written over in place and after the records: a head that is behind says nothing wrong. */
  async #writeHead(): Promise<void> {
    this.#head ??= await fs.open(
      headPath(this.directory),
      constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW,
      0o600,
    );
    await this.#head.write(headText(this.last), 0, "latin1");
  }
}

/** Takes away what stands after the last line's end. @returns how many bytes that were */
async function dropTorn(file: fs.FileHandle): Promise<number> {
  const { size } = await file.stat();
  const piece = Buffer.alloc(64 * 1024);
  for (let end = size; end > 0;) {
    const from = Math.max(0, end - piece.length);
    const { bytesRead } = await file.read(piece, 0, end - from, from);
    const at = piece.subarray(0, bytesRead).lastIndexOf(0x0a);
    if (at >= 0) return shorten(file, size, from + at + 1);
    end = from;
  }
  return shorten(file, size, 0);
}

async function shorten(file: fs.FileHandle, size: number, to: number): Promise<number> {
  if (to < size) {
    await file.truncate(to);
    await file.sync();
  }
  return size - to;
}
