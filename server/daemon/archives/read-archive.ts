import { Manifest } from "../../contract/archive.ts";
import type { OpenFile } from "../host/big-file.ts";
import { type Lent, PIECE, SumThread } from "../host/sum-thread.ts";
import { BLOCK, invalid, isZero, paddingOf, parseHeader, sizeOf } from "./tar-header.ts";
import { TarScan } from "./tar-scan.ts";

/** The manifest has this much room, filled up with blanks, as it is written last and stands first. */
export const MANIFEST_BYTES = 64 * 1024;

export type Member = { name: string; at: number; bytes: number };
/** An archive whose outer shape is sound: the members that its manifest names, in order, each of the size that it says. */
export type Shape = { manifest: Manifest; members: Member[] };

type File = Pick<OpenFile, "size" | "read">;

/** More files than any tree of a jail has; what is beyond would take the host's memory and inodes. */
const MAX_ENTRIES = 2_000_000;

async function header(file: File, at: number): Promise<{ name: string; bytes: number } | null> {
  const block = await file.read(at, BLOCK);
  if (block.length < BLOCK) throw invalid("it is cut short.");
  if (isZero(block)) return null;
  const { name, type } = parseHeader(block);
  if (type !== "0") throw invalid("it holds something beside the members of an archive.");
  const bytes = sizeOf(block);
  if (at + BLOCK + bytes + paddingOf(bytes) > file.size) throw invalid("it is cut short.");
  return { name, bytes };
}

/** @returns the manifest, which says nothing of what else is in the file; throws KnastError archive_invalid */
export async function readManifest(file: File): Promise<Manifest> {
  const first = await header(file, 0);
  if (first?.name !== "manifest.json" || first.bytes !== MANIFEST_BYTES)
    throw invalid("it does not begin with a manifest.");
  const text = (await file.read(BLOCK, MANIFEST_BYTES)).toString("utf8");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid("its manifest is not whole: it was not written to its end.");
  }
  const format = (value as { format?: unknown } | null)?.format;
  if (format !== "knast-jail-1") throw invalid("its manifest is of another format than knast-jail-1.");
  const manifest = Manifest.safeParse(value);
  if (!manifest.success) {
    const { path, message } = manifest.error.issues[0]!;
    throw invalid(`its manifest is not sound: ${path.join(".")}: ${message}`);
  }
  return manifest.data;
}

/** Reads the headers of an archive alone. @throws KnastError archive_invalid */
export async function readShape(file: File): Promise<Shape> {
  const manifest = await readManifest(file);
  if (manifest.members.map((one) => one.name).join() !== "jail.conf,fstab,tree.tar")
    throw invalid("its manifest does not name the members of an archive.");
  const members: Member[] = [];
  let at = BLOCK + MANIFEST_BYTES;
  for (const { name, bytes } of manifest.members) {
    const found = await header(file, at);
    if (found?.name !== name || found.bytes !== bytes) throw invalid(`${name} is not what its manifest says.`);
    members.push({ name, at: at + BLOCK, bytes });
    at += BLOCK + bytes + paddingOf(bytes);
  }
  const end = await file.read(at, 2 * BLOCK);
  if (end.length < 2 * BLOCK || !isZero(end)) throw invalid("it has more members than its manifest says, or no end.");
  if (file.size !== at + 2 * BLOCK) throw invalid("there is something behind its end.");
  return { manifest, members };
}

/** A member's bytes in pieces of the sum's memory, the next one being read while one is looked at; who gets one gives it back. */
async function* lentPieces(file: File, { at: from, bytes }: Member, sum: SumThread) {
  const read = async (at: number): Promise<{ lent: Lent; piece: Buffer }> => {
    const lent = await sum.lend();
    return { lent, piece: await file.read(at, Math.min(PIECE, from + bytes - at), lent.bytes) };
  };
  let next = bytes > 0 ? read(from) : null;
  for (let at = from; next !== null;) {
    const one = await next;
    at += one.piece.length;
    next = one.piece.length > 0 && at < from + bytes ? read(at) : null;
    // Who stops in between leaves a read behind that nobody asks for.
    next?.catch(() => {});
    if (one.piece.length > 0) yield one;
  }
}

/**
 * A member's bytes, checked as they go: a tree by TarScan before it is handed on, all of it by its checksum at the end. A piece is the
 * caller's until he asks for the next.
 * @param limit bytes of contents that there is room for
 * @throws KnastError archive_invalid, checksum_mismatch
 */
export async function* checked(
  file: File,
  { manifest, members }: Shape,
  name: string,
  limit = Number.MAX_SAFE_INTEGER,
  progress: (done: number, total: number) => void = () => {},
): AsyncGenerator<Buffer> {
  const member = members.find((one) => one.name === name)!;
  const scan = name === "tree.tar" ? new TarScan({ entries: MAX_ENTRIES, bytes: limit }) : null;
  const sum = new SumThread();
  let done = 0;
  try {
    for await (const { lent, piece } of lentPieces(file, member, sum)) {
      scan?.push(piece);
      sum.sum(lent, piece.length);
      yield piece;
      sum.giveBack(lent);
      progress((done += piece.length), member.bytes);
    }
    const scanned = scan?.end();
    if (scanned && (scanned.entries !== manifest.entries || scanned.bytes !== manifest.contentBytes))
      throw invalid("its tree is not the one that its manifest tells of.");
    if (done !== member.bytes) throw invalid("it is cut short.");
    if ((await sum.digest()) !== manifest.members.find((one) => one.name === name)!.sha256)
      throw invalid(`the checksum of ${name} is not the one in its manifest: it was changed or damaged.`);
  } finally {
    await sum.close();
  }
}

/** Reads all of it and hands nothing on. @throws KnastError archive_invalid */
export async function verifyAll(
  file: File,
  shape: Shape,
  progress?: (done: number, total: number) => void,
): Promise<void> {
  for (const { name } of shape.members)
    for await (const _ of checked(file, shape, name, undefined, name === "tree.tar" ? progress : undefined));
}
