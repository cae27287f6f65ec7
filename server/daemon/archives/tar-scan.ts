import { BLOCK, invalid, isZero, paddingOf, parseHeader } from "./tar-header.ts";
import { parsePax } from "./pax-records.ts";
import { PathTable } from "./path-table.ts";

export type ScanLimits = { entries: number; bytes: number };
export type Scanned = { entries: number; bytes: number };

/** Largest pax header: attributes of FreeBSD are 64 KiB at most, ACLs less. */
const MAX_PAX = 256 * 1024;

/**
 * Reads the tree of an archive as it streams by and throws at the first thing that no jail's tree has, before its bytes are
 * handed on: names that are absolute or go up, names below anything but a directory of this very archive (so nothing goes
 * through a link), names said twice, hard links to what is no file of it, devices, other formats, words of pax(1) that it does
 * not know, more than the limits. Where symbolic links point does not matter, as nothing may lie below one.
 * Holds a table of the names' hashes and at most one header.
 */
export class TarScan {
  readonly #limits: ScanLimits;
  readonly #paths = new PathTable();
  #header = Buffer.alloc(BLOCK);
  #filled = 0;
  #skip = 0;
  /** a pax header that is being read */
  #pax: { body: Buffer; filled: number; padding: number } | null = null;
  #words: Map<string, string> | null = null;
  #zeros = 0;
  #entries = 0;
  #bytes = 0;

  constructor(limits: ScanLimits) {
    this.#limits = limits;
  }

  /** @throws KnastError archive_invalid; too_large beyond the limits */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#skip > 0) {
        const step = Math.min(this.#skip, chunk.length - at);
        this.#skip -= step;
        at += step;
        continue;
      }
      if (this.#pax && this.#pax.filled < this.#pax.body.length) {
        const copied = chunk.copy(this.#pax.body, this.#pax.filled, at);
        this.#pax.filled += copied;
        at += copied;
        if (this.#pax.filled === this.#pax.body.length) this.#endPax(this.#pax);
        continue;
      }
      const copied = chunk.copy(this.#header, this.#filled, at);
      this.#filled += copied;
      at += copied;
      if (this.#filled < BLOCK) return;
      this.#filled = 0;
      this.#block(this.#header);
    }
  }

  /** @throws KnastError archive_invalid when it ends too early */
  end(): Scanned {
    if (this.#zeros < 2 || this.#filled > 0 || this.#skip > 0) throw invalid("it is cut short.");
    return { entries: this.#entries, bytes: this.#bytes };
  }

  #block(block: Buffer): void {
    if (isZero(block)) {
      if (this.#words) throw invalid("a pax header belongs to nothing.");
      this.#zeros++;
      return;
    }
    if (this.#zeros > 0) throw invalid("there is something behind its end.");
    const header = parseHeader(block);
    if (header.type === "x") {
      if (this.#words) throw invalid("two pax headers follow each other.");
      const size = header.size;
      if (size === null || size === 0 || size > MAX_PAX) throw invalid("a pax header has no sound size.");
      this.#pax = { body: Buffer.alloc(size), filled: 0, padding: paddingOf(size) };
      return;
    }
    this.#entry(header.type, header.name, header.linkname, header.size);
  }

  #endPax({ body, padding }: { body: Buffer; padding: number }): void {
    this.#words = parsePax(body);
    this.#pax = null;
    this.#skip = padding;
  }

  #entry(type: string, ustarName: string, ustarLink: string, ustarSize: number | null): void {
    const words = this.#words ?? new Map<string, string>();
    this.#words = null;
    const name = sparseName(words, type) ?? words.get("path") ?? ustarName;
    const size = sizeWord(words.get("size")) ?? ustarSize;
    if (size === null) throw invalid("a member has no size.");
    if (type !== "0" && size !== 0) throw invalid("something that is no file has contents.");
    this.#paths.add(name, type, words.get("linkpath") ?? ustarLink);
    this.#entries++;
    this.#bytes += size;
    if (this.#entries > this.#limits.entries) throw invalid(`it holds more than ${this.#limits.entries} files.`);
    if (this.#bytes > this.#limits.bytes) throw invalid("it holds more than there is room for.");
    this.#skip = size + paddingOf(size);
  }
}

function sizeWord(word: string | undefined): number | null {
  if (word === undefined) return null;
  const size = /^(0|[1-9][0-9]{0,15})$/.test(word) ? Number(word) : NaN;
  if (!Number.isSafeInteger(size)) throw invalid("a member's size is no number.");
  return size;
}

/** A file with holes (GNU.sparse 1.0, which bsdtar writes) has its real name among the words; the holes take no room. */
function sparseName(words: Map<string, string>, type: string): string | null {
  const of = (word: string) => words.get(`GNU.sparse.${word}`);
  const [major, minor, name, realsize] = [of("major"), of("minor"), of("name"), of("realsize")];
  if ([major, minor, name, realsize].every((one) => one === undefined)) return null;
  if (major !== "1" || minor !== "0" || name === undefined || type !== "0")
    throw invalid("a file with holes is not written as tar writes them.");
  sizeWord(realsize ?? "");
  return name;
}
