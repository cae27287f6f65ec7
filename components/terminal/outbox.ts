import { INPUT_WINDOW, MAX_MESSAGE } from "@/server/contract/terminal.ts";

/** Bytes kept while they can't be sent: room for a large paste. What is typed beyond that is refused. */
const MOST = 16 * 1024 * 1024;

/**
 * What was typed and is not yet known to be in the shell's hands. It counts all bytes since the beginning, so that after a
 * break neither a byte is lost nor one typed twice: the other side says how far it has come, the rest is sent again.
 */
export class Outbox {
  readonly #send: (bytes: Uint8Array<ArrayBuffer>) => void;
  /** from #known on, in order */
  #kept: Uint8Array[] = [];
  #known = 0;
  #sent = 0;
  #end = 0;
  #open = false;
  /** an old knastd tells nothing of what was typed */
  #counts = true;

  constructor(send: (bytes: Uint8Array<ArrayBuffer>) => void) {
    this.#send = send;
  }

  /** Something was sent and is not told as typed. */
  get waits(): boolean {
    return this.#open && this.#sent > this.#known;
  }

  /** @returns false when there is no room for it */
  add(bytes: Uint8Array): boolean {
    if (this.#end + bytes.length - this.#known > MOST) return false;
    if (bytes.length > 0) this.#kept.push(bytes);
    this.#end += bytes.length;
    this.#pump();
    return true;
  }

  /** The line is there, and `typed` bytes had come over it or one before; undefined: nobody counts. */
  opened(typed: number | undefined): void {
    this.#counts = typed !== undefined;
    if (typed === undefined || typed < this.#known || typed > this.#sent) {
      // The shell has forgotten this name. Rather lose what was under way than type it twice.
      this.#forget(this.#sent);
      const left = this.#end - this.#sent;
      this.#known = this.#sent = typed ?? 0;
      this.#end = this.#known + left;
    } else {
      this.#forget(typed);
      this.#sent = typed;
    }
    this.#open = true;
    this.#pump();
  }

  closed(): void {
    this.#open = false;
  }

  /** So many bytes are in the shell's hands. */
  typed(offset: number): void {
    if (offset > this.#known && offset <= this.#sent) this.#forget(offset);
    this.#pump();
  }

  #forget(upTo: number): void {
    let count = upTo - this.#known;
    let whole = 0;
    while (whole < this.#kept.length && this.#kept[whole]!.length <= count) count -= this.#kept[whole++]!.length;
    this.#kept.splice(0, whole);
    if (count > 0) this.#kept[0] = this.#kept[0]!.subarray(count);
    this.#known = upTo;
  }

  #pump(): void {
    if (!this.#open) return;
    let at = this.#known;
    for (const bytes of this.#kept) {
      const end = at + bytes.length;
      while (this.#sent < end && (!this.#counts || this.#sent - this.#known < INPUT_WINDOW)) {
        const from = this.#sent - at;
        // a copy of its own, as send() takes the whole buffer's view
        const piece = bytes.slice(from, from + MAX_MESSAGE / 2) as Uint8Array<ArrayBuffer>;
        this.#sent += piece.length;
        this.#send(piece);
      }
      at = end;
    }
    if (!this.#counts) this.#forget(this.#sent);
  }
}
