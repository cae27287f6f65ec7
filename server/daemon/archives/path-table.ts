import { invalid } from "./tar-header.ts";

const MAX_PATH = 16_384;
const MAX_NAME = 255;
const SLASH = 0x2f;

/** What lies at a path: only a directory may have anything below it, only a file may be linked to. */
type Kind = "directory" | "file" | "other";
const KINDS: Record<string, Kind> = { "0": "file", "1": "file", "2": "other", "5": "directory", "6": "other" };

/**
 * The paths of an archive's tree, as hashes. Paths that share one can be made, and cost nothing but a refusal: no hash is taken twice, and
 * every directory on the way is looked up, so that a link of the archive never passes for the directory or the file that has its hash.
 */
export class PathTable {
  readonly #kinds = new Map<number, Kind>();
  #rootSeen = false;

  /**
   * @param type of tar(5)'s header: 0 file, 1 hard link, 2 symbolic link, 5 directory, 6 fifo
   * @throws KnastError archive_invalid
   */
  add(name: string, type: string, linkname: string): void {
    const kind = KINDS[type];
    if (kind === undefined)
      throw invalid(
        type === "3" || type === "4" ? `${quoted(name)} is a device.` : `it holds a member of type ${quoted(type)}.`,
      );
    const path = normal(name, type === "5");
    if (path === "") {
      if (kind !== "directory" || this.#rootSeen) throw invalid("its root is no directory, or is there twice.");
      this.#rootSeen = true;
      return;
    }
    const key = this.#below(path);
    if (key === null) throw invalid(`${quoted(name)} lies below something that is no directory of it.`);
    if (type === "1" && this.#kinds.get(this.#below(normal(linkname, false)) ?? NaN) !== "file")
      throw invalid(`${quoted(name)} is a hard link to ${quoted(linkname)}, which is no file of it.`);
    if (type === "2" && (linkname === "" || linkname.includes("\0") || linkname.length > MAX_PATH))
      throw invalid(`${quoted(name)} is a link to nothing.`);
    if (this.#kinds.has(key)) throw invalid(`${quoted(name)} is in it twice.`);
    this.#kinds.set(key, kind);
  }

  /** @returns a path's hash, 53 bits of it, quick; null when anything on the way to it is no directory of the archive */
  #below(path: string): number | null {
    let a = 0xdeadbeef;
    let b = 0x41c6ce57;
    for (let i = 0; i < path.length; i++) {
      const c = path.charCodeAt(i);
      if (c === SLASH && this.#kinds.get(mixed(a, b)) !== "directory") return null;
      a = Math.imul(a ^ c, 2654435761);
      b = Math.imul(b ^ c, 1597334677);
    }
    return mixed(a, b);
  }
}

/** @returns the path below the tree's root, "" for the root itself; throws on names that tar(1) might take to another place */
function normal(name: string, directory: boolean): string {
  if (name === "" || name.length > MAX_PATH || name.includes("\0")) throw invalid("a name is empty or much too long.");
  let path = name;
  if (path.startsWith("./")) path = path.slice(2);
  else if (path === ".") return "";
  if (directory && path.endsWith("/")) path = path.slice(0, -1);
  if (path === "") return "";
  for (const part of path.split("/"))
    if (part === "" || part === "." || part === ".." || part.length > MAX_NAME)
      throw invalid(`the name ${quoted(name)} leads out of it or is not sound.`);
  return path;
}

const quoted = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);

function mixed(a: number, b: number): number {
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return 4294967296 * (2097151 & b) + (a >>> 0);
}
