import { expect, test } from "vitest";
import { KnastError } from "../../contract/errors.ts";
import { BLOCK, paddingOf } from "./tar-header.ts";
import { TarScan } from "./tar-scan.ts";

type Entry = {
  name?: string;
  type?: string;
  link?: string;
  body?: string | Buffer;
  prefix?: string;
  /** in place of the body's length, as it stands in the header */
  size?: string;
  magic?: string;
  checksum?: string;
};

/** A tar entry as somebody might forge it. */
function entry({ name = "", type = "0", link = "", body = "", ...more }: Entry): Buffer {
  const data = Buffer.from(body as string, "latin1");
  const block = Buffer.alloc(BLOCK);
  block.write(name, 0, 100, "latin1");
  block.write("0000644\x000000000\x000000000\0", 100, "latin1");
  block.write(more.size ?? `${data.length.toString(8).padStart(11, "0")}\0`, 124, 12, "latin1");
  block.write("00000000000\0", 136, "latin1");
  block.write("        ", 148, "latin1");
  block.write(type, 156, 1, "latin1");
  block.write(link, 157, 100, "latin1");
  block.write(more.magic ?? "ustar\x0000", 257, "latin1");
  block.write(more.prefix ?? "", 345, 155, "latin1");
  const sum = block.reduce((all, byte) => all + byte, 0);
  block.write(more.checksum ?? `${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return Buffer.concat([block, data, Buffer.alloc(paddingOf(data.length))]);
}

const record = (key: string, value: string): string => {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length + 1;
  while (`${length}${rest}`.length !== length) length++;
  return `${length}${rest}`;
};
const pax = (...words: [string, string][]) =>
  entry({ name: "PaxHeader/x", type: "x", body: words.map(([key, value]) => record(key, value)).join("") });
const END = Buffer.alloc(2 * BLOCK);
const root = entry({ name: "./", type: "5" });
const dir = (name: string) => entry({ name, type: "5" });
const file = (name: string, body = "x") => entry({ name, body });
const symlink = (name: string, link: string) => entry({ name, type: "2", link });
const hard = (name: string, link: string) => entry({ name, type: "1", link });

function scan(parts: Buffer[], limits = { entries: 1000, bytes: 1e6 }, piece = 1000) {
  const whole = Buffer.concat(parts);
  const one = new TarScan(limits);
  for (let at = 0; at < whole.length; at += piece) one.push(whole.subarray(at, at + piece));
  return one.end();
}

test("two paths of one hash lead through no link", () => {
  // Found by Brent's method in some 10^8 steps: both have the hash 4135830437607763.
  const [plain, through] = ["d9e1a894227052", "l/80db176893125"];
  const begin = [root, symlink("./l", "/etc"), dir(`./${plain}`)];
  expect(scan([...begin, file(`./${plain}/f`), END])).toMatchObject({ entries: 4 });
  expect(() => scan([...begin, file(`./${through}/f`), END])).toThrow(/no directory of it/);
  const linked = [root, symlink("./l", "/etc"), file(`./${plain}`), hard("./h", `./${through}`), END];
  expect(() => scan(linked)).toThrow(/no file of it/);
  expect(() => scan([root, dir("./l"), dir(`./${plain}`), file(`./${through}`), END])).toThrow(/twice/);
});

test("takes what a jail's tree may have, in pieces of any size", () => {
  const parts = [
    root,
    dir("./usr/"),
    symlink("./usr/bin", "/basejail/usr/bin"),
    symlink("./up", "../../../../etc/master.passwd"),
    file("./usr/a"),
    hard("./usr/b", "./usr/a"),
    hard("./usr/c", "./usr/b"),
    entry({ name: "./fifo", type: "6" }),
    file("./new\nline"),
    file("./bytes-\xff\xfe"),
    pax(["path", `./usr/${"d".repeat(200)}`], ["SCHILY.fflags", "schg"], ["mtime", "1.5"]),
    file("short"),
    entry({ name: "c".repeat(90), prefix: "./usr" }),
    pax(["hdrcharset", "BINARY"], ["path", "./\xfe"]),
    file("x"),
    pax(
      ["GNU.sparse.major", "1"],
      ["GNU.sparse.minor", "0"],
      ["GNU.sparse.name", "./holes"],
      ["GNU.sparse.realsize", "1099511627776"],
    ),
    file("./GNUSparseFile.0/holes", "map"),
    pax(["size", "3"]),
    entry({ name: "./big", body: "abc" }),
    END,
    Buffer.alloc(8192),
  ];
  for (const piece of [1, 7, 511, 512, 513, 65_536])
    expect(scan(parts, undefined, piece)).toEqual({ entries: 15, bytes: expect.any(Number) });
});

const long = "n".repeat(100_000);
const HOSTILE: Record<string, Buffer[]> = {
  "an absolute name": [file("/etc/passwd"), END],
  "an absolute directory": [dir("/etc/"), END],
  "two slashes": [file(".//etc"), END],
  "a name that goes up": [file("../x"), END],
  "a name that goes up inside": [dir("a/"), file("a/../../x"), END],
  "a name that goes up at its end": [dir("a/"), file("a/.."), END],
  "only ..": [dir(".."), END],
  "a dot inside": [dir("a/"), file("a/./b"), END],
  "an empty name": [file(""), END],
  "a file as root": [file("."), END],
  "a link as root": [symlink(".", "/etc"), END],
  "the root twice": [root, root, END],
  "a file with a slash at its end": [file("a/"), END],
  "a file below a link": [symlink("a", "/etc"), file("a/passwd"), END],
  "a file below a link of a link": [symlink("a", "b"), symlink("b", "/"), file("a/x"), END],
  "a file below a file": [file("a"), file("a/b"), END],
  "a file below a fifo": [entry({ name: "a", type: "6" }), file("a/b"), END],
  "a file below a hard link": [file("f"), hard("a", "f"), file("a/b"), END],
  "a file below nothing": [file("a/b"), END],
  "a directory below a link": [symlink("a", "/"), dir("a/b/"), END],
  "a link below a link": [symlink("a", "/"), symlink("a/b", "x"), END],
  "a directory that becomes a link": [dir("a/"), symlink("a", "/etc"), file("a/x"), END],
  "a link that becomes a directory": [symlink("a", "/etc"), dir("a/"), file("a/x"), END],
  "a file twice": [file("a"), file("a"), END],
  "a file twice, once with a dot": [file("a"), file("./a"), END],
  "a file that becomes a link": [file("a"), symlink("a", "/etc"), END],
  "a link without a target": [symlink("a", ""), END],
  "a hard link to the host": [hard("a", "/etc/master.passwd"), END],
  "a hard link that goes up": [hard("a", "../../etc/master.passwd"), END],
  "a hard link to nothing": [hard("a", "b"), END],
  "a hard link to a later file": [hard("a", "b"), file("b"), END],
  "a hard link to itself": [hard("a", "a"), END],
  "a hard link to a link": [symlink("s", "/etc/master.passwd"), hard("a", "s"), END],
  "a hard link through a link": [symlink("s", "/etc"), hard("a", "s/master.passwd"), END],
  "a hard link to a directory": [dir("d/"), hard("a", "d"), END],
  "a hard link to a fifo": [entry({ name: "p", type: "6" }), hard("a", "p"), END],
  "a hard link chain through a link": [symlink("s", "/etc"), hard("h", "s"), file("h/x"), END],
  "a hard link with contents": [file("f"), entry({ name: "a", type: "1", link: "f", body: "x" }), END],
  "a link with contents": [entry({ name: "a", type: "2", link: "f", body: "x" }), END],
  "a directory with contents": [entry({ name: "a/", type: "5", body: "x" }), END],
  "a fifo with contents": [entry({ name: "a", type: "6", body: "x" }), END],
  "a character device": [entry({ name: "a", type: "3" }), END],
  "a block device": [entry({ name: "a", type: "4" }), END],
  "a contiguous file": [entry({ name: "a", type: "7" }), END],
  "a socket": [entry({ name: "a", type: "s" }), END],
  "a long name of GNU": [entry({ name: "././@LongLink", type: "L", body: "../../x" }), file("a"), END],
  "a long link of GNU": [entry({ name: "././@LongLink", type: "K", body: "/etc" }), symlink("a", "b"), END],
  "a sparse file of GNU": [entry({ name: "a", type: "S" }), END],
  "a volume header": [entry({ name: "a", type: "V" }), END],
  "a multi-volume file": [entry({ name: "a", type: "M" }), END],
  "a header for all": [entry({ name: "g", type: "g", body: record("path", "/etc/passwd") }), file("a"), END],
  "an old format": [entry({ name: "a", magic: "\0\0\0\0\0\0\0\0" }), END],
  "the format of GNU": [entry({ name: "a", magic: "ustar  \0" }), END],
  "a pax path that is absolute": [pax(["path", "/etc/passwd"]), file("a"), END],
  "a pax path that goes up": [pax(["path", "../../etc/passwd"]), file("a"), END],
  "a pax path through a link": [symlink("s", "/etc"), pax(["path", "s/passwd"]), file("a"), END],
  "a pax path with a NUL": [pax(["path", "a\0b"]), file("a"), END],
  "a pax link that goes out": [pax(["linkpath", "/etc/master.passwd"]), hard("a", "b"), END],
  "a pax path said twice": [pax(["path", "a"], ["path", "/etc/passwd"]), file("b"), END],
  "a pax word that nobody knows": [pax(["GNU.dumpdir", "x"]), file("a"), END],
  "an old sparse word": [pax(["GNU.sparse.map", "0,1"]), file("a"), END],
  "a sparse name that goes out": [
    pax(
      ["GNU.sparse.major", "1"],
      ["GNU.sparse.minor", "0"],
      ["GNU.sparse.name", "/etc/x"],
      ["GNU.sparse.realsize", "1"],
    ),
    file("a"),
    END,
  ],
  "a sparse name alone": [pax(["GNU.sparse.name", "a"]), file("b"), END],
  "a sparse directory": [
    pax(["GNU.sparse.major", "1"], ["GNU.sparse.minor", "0"], ["GNU.sparse.name", "a"], ["GNU.sparse.realsize", "1"]),
    dir("b/"),
    END,
  ],
  "a pax size that is none": [pax(["size", "1e3"]), file("a"), END],
  "a pax size below zero": [pax(["size", "-512"]), file("a"), END],
  "a pax size that hides entries": [pax(["size", "99999999"]), file("a"), END],
  "two pax headers": [pax(["path", "a"]), pax(["path", "b"]), file("c"), END],
  "a pax header for nothing": [pax(["path", "a"]), END],
  "an empty pax header": [entry({ name: "x", type: "x" }), file("a"), END],
  "a pax record without an end": [entry({ name: "x", type: "x", body: "12 path=abc" }), file("a"), END],
  "a pax record longer than its header": [entry({ name: "x", type: "x", body: "999 path=a\n" }), file("a"), END],
  "a pax record without a key": [entry({ name: "x", type: "x", body: "5 =a\n" }), file("a"), END],
  "a pax record without a length": [entry({ name: "x", type: "x", body: "path=a\n" }), file("a"), END],
  "a name of 100 000 bytes": [pax(["path", long]), file("a"), END],
  "a component of 256 bytes": [pax(["path", "n".repeat(256)]), file("a"), END],
  "a pax header of a megabyte": [pax(["SCHILY.xattr.user.x", "v".repeat(1_000_000)]), file("a"), END],
  "a wrong checksum": [entry({ name: "a", checksum: "000001\0 " }), END],
  "a checksum that is none": [entry({ name: "a", checksum: "xxxxxx\0 " }), END],
  "a size that is none": [entry({ name: "a", size: "0000000zzz8\0" }), END],
  "a size that is negative": [entry({ name: "a", size: "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff" }), END],
  "a size beyond the end": [entry({ name: "a", size: "00000777777\0" }), END],
  "no end": [file("a")],
  "half an end": [file("a"), Buffer.alloc(BLOCK)],
  "half a header": [file("a"), Buffer.alloc(100)],
  "contents that are cut": [file("a", "x".repeat(600)).subarray(0, 1000)],
  "something behind the end": [file("a"), END, file("b"), END],
  "one byte behind the end": [file("a"), END, Buffer.from(`x${"\0".repeat(511)}`)],
  nothing: [],
};

test.each(Object.entries(HOSTILE))("refuses %s", (_, parts) => {
  for (const piece of [1, 512, 100_000]) {
    let failed: unknown = null;
    try {
      scan(parts, undefined, piece);
    } catch (error) {
      failed = error;
    }
    expect(failed).toBeInstanceOf(KnastError);
    expect((failed as KnastError).code).toBe("archive_invalid");
    expect((failed as KnastError).message.length).toBeLessThanOrEqual(500);
  }
});

test("there are as many of them as was asked for", () =>
  expect(Object.keys(HOSTILE).length).toBeGreaterThanOrEqual(60));

test("stops at the limits, before what is beyond them", () => {
  const many = Array.from({ length: 11 }, (_, i) => file(`f${i}`));
  expect(() => scan([...many, END], { entries: 10, bytes: 1e6 })).toThrow(/more than 10 files/);
  expect(() => scan([file("a", "x".repeat(2000)), END], { entries: 10, bytes: 1999 })).toThrow(/room/);
});

test("10 000 mutations of a sound tree are taken or refused, never anything else", () => {
  const sound = Buffer.concat([
    root,
    dir("./a/"),
    file("./a/b", "contents"),
    symlink("./a/s", "/etc"),
    hard("./a/h", "./a/b"),
    pax(["path", "./a/long"], ["size", "1"]),
    file("short"),
    END,
  ]);
  let seed = 1;
  const random = (below: number) => (seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff) % below;
  let refused = 0;
  for (let i = 0; i < 10_000; i++) {
    const text = Buffer.from(sound);
    for (let n = 0; n <= random(3); n++) text[random(text.length)] = random(256);
    const cut = random(10) === 0 ? text.subarray(0, random(text.length)) : text;
    try {
      scan([cut], undefined, 700);
    } catch (error) {
      if (!(error instanceof KnastError) || error.code !== "archive_invalid") throw error;
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(3000);
});
