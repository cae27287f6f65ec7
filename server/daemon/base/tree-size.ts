import type { Found } from "../host/disk.ts";

/** Adds up the files of a tree. One that has several names (hard links) counts once, as it does on the disk. */
export class TreeSize {
  bytes = 0;
  readonly #seen = new Set<string>();

  add({ kind, dev, ino, size }: Found): void {
    if (kind !== "file") return;
    const file = `${dev}:${ino}`;
    if (this.#seen.has(file)) return;
    this.#seen.add(file);
    this.bytes += size;
  }
}
