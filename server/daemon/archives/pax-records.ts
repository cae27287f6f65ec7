import { invalid } from "./tar-header.ts";

/** What may stand in a pax header: words that change which file it is, and words of the file's attributes. Anything else is refused, as some tar may obey it. */
const ATTRIBUTES =
  /^(atime|mtime|ctime|uid|gid|uname|gname|hdrcharset|comment|SCHILY\.(dev|ino|nlink|fflags|acl\.[a-z0-9]+|xattr\..{1,255})|LIBARCHIVE\.(creationtime|symlinktype|xattr\..{1,255}))$/s;
const NAMING = new Set([
  "path",
  "linkpath",
  "size",
  "GNU.sparse.major",
  "GNU.sparse.minor",
  "GNU.sparse.name",
  "GNU.sparse.realsize",
]);

/**
 * @param body of a header of type x, whole: records `LENGTH KEY=VALUE\n` after pax(1)
 * @returns the words that name and size the file, values as latin1
 * @throws KnastError archive_invalid on anything malformed, unknown or said twice
 */
export function parsePax(body: Buffer): Map<string, string> {
  const words = new Map<string, string>();
  const seen = new Set<string>();
  for (let at = 0; at < body.length;) {
    const head = /^([1-9][0-9]{0,6}) /.exec(body.toString("latin1", at, at + 9));
    const length = Number(head?.[1] ?? 0);
    const record = body.subarray(at, at + length);
    const equals = record.indexOf(0x3d);
    if (!head || record.length !== length || record[length - 1] !== 0x0a || equals <= head[0].length)
      throw invalid("a pax header is malformed.");
    const key = record.toString("latin1", head[0].length, equals);
    if (seen.has(key)) throw invalid("a pax header says something twice.");
    seen.add(key);
    if (NAMING.has(key)) words.set(key, record.toString("latin1", equals + 1, length - 1));
    else if (!ATTRIBUTES.test(key)) throw invalid(`a pax header holds ${JSON.stringify(key.slice(0, 60))}.`);
    at += length;
  }
  return words;
}
