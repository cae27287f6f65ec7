import { createHash } from "node:crypto";
import type { Manifest } from "../../contract/archive.ts";
import { KnastError } from "../../contract/errors.ts";
import { BigFile } from "../host/big-file.ts";
import { freeMemory } from "../host/free-memory.ts";
import { type Lent, PIECE, SumThread } from "../host/sum-thread.ts";
import { MANIFEST_BYTES } from "./read-archive.ts";
import { BLOCK, paddingOf, renderHeader } from "./tar-header.ts";
import { type Scanned, TarScan } from "./tar-scan.ts";

type Told = Omit<Manifest, "members" | "entries" | "contentBytes" | "warnings">;

/**
 * Writes an archive in one pass: the small members, then the tree as it comes, which is scanned and hashed on its way, and at last the
 * manifest and the tree's size into the room that was left for them.
 */
export class ArchiveWriter {
  readonly #sum = new SumThread();
  readonly #scan: TarScan;
  readonly #members: Manifest["members"] = [];
  readonly #mtime = Math.floor(Date.now() / 1000);
  #treeAt = 0;
  /** the piece that is being filled, and the one that the file has not written yet */
  #filling: Lent | null = null;
  #filled = 0;
  #writing: Lent | null = null;
  treeBytes = 0;

  private constructor(
    private readonly file: BigFile,
    private readonly limit: number,
  ) {
    this.#scan = new TarScan({ entries: 2_000_000, bytes: limit });
  }

  /** @param limit bytes that the tree may have as a tar, and its contents */
  static async begin(
    path: string,
    texts: { "jail.conf": string; fstab: string },
    limit: number,
  ): Promise<ArchiveWriter> {
    const self = new ArchiveWriter(await BigFile.create(path), limit);
    try {
      await self.file.append(renderHeader("manifest.json", MANIFEST_BYTES, self.#mtime));
      await self.file.append(Buffer.alloc(MANIFEST_BYTES));
      for (const name of ["jail.conf", "fstab"] as const) await self.#small(name, Buffer.from(texts[name]));
      self.#treeAt = self.file.size;
      await self.file.append(Buffer.alloc(BLOCK));
    } catch (error) {
      await self.file.close();
      throw error;
    }
    return self;
  }

  async #small(name: "jail.conf" | "fstab", body: Buffer): Promise<void> {
    await this.file.append(renderHeader(name, body.length, this.#mtime));
    await this.file.append(body);
    await this.file.append(Buffer.alloc(paddingOf(body.length)));
    this.#members.push({ name, bytes: body.length, sha256: createHash("sha256").update(body).digest("hex") });
  }

  /** The piece is empty afterwards. @throws KnastError archive_invalid when the tree has something that no restore would take, disk_full */
  async tree(piece: Buffer): Promise<void> {
    // Headers and zeros count too: in a running jail it is the jail's own tar that writes.
    if (this.treeBytes + piece.length > this.limit) throw new KnastError("disk_full");
    this.#scan.push(piece);
    this.treeBytes += piece.length;
    for (let at = 0; at < piece.length;) {
      this.#filling ??= await this.#sum.lend();
      const copied = piece.copy(this.#filling.bytes, this.#filled, at);
      at += copied;
      this.#filled += copied;
      if (this.#filled === PIECE) await this.#flush(this.#filling);
    }
    freeMemory(piece);
  }

  async #flush(lent: Lent): Promise<void> {
    const bytes = lent.bytes.subarray(0, this.#filled);
    this.#filling = null;
    this.#filled = 0;
    this.#sum.sum(lent, bytes.length);
    await this.file.append(bytes);
    // The file is at work on a whole piece only when the one before it is written. Behind one that is not whole comes none.
    if (this.#writing) this.#sum.giveBack(this.#writing);
    this.#writing = lent;
  }

  /** Ends the file; it is on the disk when this returns. */
  async finish(told: Told, warnings: number): Promise<void> {
    const { entries, bytes: contentBytes }: Scanned = this.#scan.end();
    if (this.#filling) await this.#flush(this.#filling);
    await this.file.append(Buffer.alloc(paddingOf(this.treeBytes) + 2 * BLOCK));
    await this.file.rewrite(renderHeader("tree.tar", this.treeBytes, this.#mtime), this.#treeAt);
    const tree = { name: "tree.tar" as const, bytes: this.treeBytes, sha256: await this.#sum.digest() };
    const manifest: Manifest = { ...told, warnings, entries, contentBytes, members: [...this.#members, tree] };
    const text = Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`);
    if (text.length > MANIFEST_BYTES) throw new KnastError("too_large", { cause: "manifest" });
    await this.file.rewrite(Buffer.concat([text, Buffer.alloc(MANIFEST_BYTES - text.length, 0x20)]), BLOCK);
    await this.file.finish();
    await this.#sum.close();
  }

  async close(): Promise<void> {
    await this.#sum.close();
    await this.file.close();
  }
}
