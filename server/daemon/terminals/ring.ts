/** Then its capacity. None of these is so large that malloc(3), once it is given back, keeps such sizes in the heap for good. */
const SIZES = [4, 12, 36, 96].map((kib) => kib * 1024);

/**
 * The last bytes of a stream, addressed by their offset in it. It grows from 4 KiB to its capacity, as most
 * shells print little.
 */
export class Ring {
  /** stream offset after the last byte */
  end = 0;
  #bytes: Buffer;
  #capacity: number;
  readonly #evicted: (bytes: Buffer) => void;

  /** @param evicted gets all bytes that leave, in order; they are overwritten when it returns */
  constructor(capacity: number, evicted: (bytes: Buffer) => void) {
    this.#capacity = capacity;
    this.#evicted = evicted;
    this.#bytes = Buffer.allocUnsafeSlow(Math.min(SIZES[0]!, capacity));
  }

  /** Stream offset of the first byte that is still here. */
  get start(): number {
    return Math.max(0, this.end - this.#bytes.length, this.#floor);
  }
  #floor = 0;

  push(bytes: Uint8Array): void {
    this.#grow(this.end - this.start + bytes.length);
    const size = this.#bytes.length;
    const over = this.end - this.start + bytes.length - size;
    if (over > 0) {
      const old = Math.min(over, this.end - this.start);
      for (const part of this.#parts(this.start, this.start + old)) this.#evicted(part);
      if (over > old) this.#evicted(Buffer.from(bytes.buffer, bytes.byteOffset, over - old));
    }
    const kept = bytes.length > size ? bytes.subarray(bytes.length - size) : bytes;
    const at = (this.end + bytes.length - kept.length) % size;
    const first = Math.min(kept.length, size - at);
    this.#bytes.set(kept.subarray(0, first), at);
    if (first < kept.length) this.#bytes.set(kept.subarray(first), 0);
    this.end += bytes.length;
  }

  /** @returns a copy of the bytes from `from` to `to`; both must be within start and end */
  read(from: number, to: number): Buffer {
    return this.copy(from, to, Buffer.allocUnsafe(to - from));
  }

  /** Copies the bytes from `from` to `to` into `out`, which it returns. */
  copy(from: number, to: number, out: Buffer): Buffer {
    if (from < this.start || to > this.end || from > to) throw new RangeError("not in the ring");
    let at = 0;
    for (const part of this.#parts(from, to)) at += part.copy(out, at);
    return out;
  }

  /** Lets it hold more from now on. */
  raise(capacity: number): void {
    this.#capacity = Math.max(this.#capacity, capacity);
  }

  /** Gives the memory back; nothing can be read any more. */
  clear(): void {
    this.#bytes = Buffer.alloc(1);
    this.#floor = this.end;
  }

  #parts(from: number, to: number): Buffer[] {
    if (from === to) return [];
    const size = this.#bytes.length;
    const a = from % size;
    const b = ((to - 1) % size) + 1;
    if (a < b) return [this.#bytes.subarray(a, b)];
    return [this.#bytes.subarray(a), this.#bytes.subarray(0, b)];
  }

  #grow(wanted: number): void {
    if (wanted <= this.#bytes.length || this.#bytes.length >= this.#capacity) return;
    const size = Math.min(SIZES.find((one) => one >= wanted) ?? this.#capacity, this.#capacity);
    const grown = Buffer.allocUnsafeSlow(size);
    const { start, end } = this;
    this.#floor = start;
    let at = start;
    for (const part of this.#parts(start, end)) {
      for (let i = 0; i < part.length;) {
        const place = at % size;
        const count = part.copy(grown, place, i, i + Math.min(part.length - i, size - place));
        i += count;
        at += count;
      }
    }
    this.#bytes = grown;
  }
}
