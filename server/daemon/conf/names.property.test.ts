import { describe, expect, it } from "vitest";
import { JailName } from "../../contract/names.ts";
import { fstabFile, jailConfFile, jailTree } from "./paths.ts";
import { cases } from "../testing/random.ts";
import { Random } from "./testing/random.ts";

/** Written again on purpose: the contract's own list must not judge itself. */
const RESERVED =
  "all none no list enable conf flags default host root knast base basejail newjail fulljail flavours ezjailtemp ezjail_archives lost_found".split(
    " ",
  );

/** The grammar once more as a machine over codes: letter, then up to thirty of letter, digit, underscore. */
function allowed(name: string): boolean {
  for (let i = 0; i < name.length; i++) {
    const c = name.charCodeAt(i);
    const letter = c >= 0x61 && c <= 0x7a;
    const later = (c >= 0x30 && c <= 0x39) || c === 0x5f;
    if (!letter && !(later && i > 0)) return false;
  }
  return name.length >= 1 && name.length <= 31 && !RESERVED.includes(name);
}

const HOSTILE = [
  ...[
    "",
    " ",
    "  ",
    "*",
    "**",
    "?",
    ".",
    "..",
    "...",
    "/",
    "//",
    "\\",
    "-",
    "--",
    "-r",
    "-rf",
    "--all",
    "_",
    "__",
    "_x",
  ],
  ...["0", "1", "007", "7", "-1", "1a", "9mail", "a.b", "a.b.c", ".a", "a.", "a/b", "/a", "a/", "../a", "a/..", "a\\b"],
  ...[
    "A",
    "Mail",
    "mAil",
    "ALL",
    "All",
    "a b",
    " a",
    "a ",
    "a\tb",
    "a\n",
    "\na",
    "a\r",
    "a\0",
    "\0",
    "a\0b",
    "a\x7f",
    "a\x1b[2J",
  ],
  ...[
    "a;b",
    "a;touch /pwned",
    "a|b",
    "a&b",
    "a&&b",
    "`id`",
    "$(id)",
    "$name",
    "${name}",
    "a$b",
    "a'b",
    'a"b',
    "'",
    '"',
  ],
  ...[
    "a{",
    "a}",
    "a{}",
    "{}",
    "a=b",
    "a,b",
    "a+=b",
    "a#b",
    "#",
    "//a",
    "/*a*/",
    ".include",
    "a:b",
    "a@b",
    "a%s",
    "a!b",
    "~",
    "a~",
  ],
  ...["é", "ä", "а", "ｍail", "ma\u200bil", "ma\u202eil", "mail\u0301", "😀", "ı", "ſ", "\ufeffmail", "mail\u2028"],
  ...[
    "a-b",
    "ab-c",
    "x".repeat(32),
    "x".repeat(256),
    "x".repeat(100_000),
    "all",
    "none",
    "list",
    "basejail",
    "newjail",
    "root",
  ],
];

describe("names of jails", () => {
  it("a fixed corpus of hostile ones is refused, one and all", () => {
    expect(new Set(HOSTILE).size).toBeGreaterThanOrEqual(100);
    expect(HOSTILE.filter((name) => JailName.safeParse(name).success)).toEqual([]);
    expect(HOSTILE.filter(allowed)).toEqual([]);
  });

  it("none of them becomes a path", () => {
    const paths = { jails: "/usr/jails", etc: "/etc", log: "/var/log" };
    for (const name of HOSTILE)
      for (const path of [jailTree, jailConfFile, fstabFile]) expect(() => path(paths, name)).toThrow();
    expect(jailTree(paths, "mail")).toBe("/usr/jails/mail");
  });

  it("random ones: accepted exactly when the allow-list says so", { timeout: 60_000 }, () => {
    const random = new Random(6);
    const good = [..."abcdefghijklmnopqrstuvwxyz0123456789_"];
    const bad = [..."ABZ-./ *?'\"\\;${}\n\0é漢"];
    const count = cases(1_000_000);
    let accepted = 0;
    let reserved = 0;
    let wrong = 0;
    for (let i = 0; i < count; i++) {
      const kind = random.below(8);
      let name = kind === 0 ? random.pick(RESERVED) : random.text(good, kind < 4 ? 12 : 36);
      if (kind === 1 || kind === 7) name += random.pick(bad) + random.text(good, 3);
      if (kind === 2) name = random.text([...good, ...bad], 10);
      const ours = JailName.safeParse(name).success;
      if (ours !== allowed(name)) wrong++;
      if (ours) accepted++;
      if (RESERVED.includes(name)) reserved++;
    }
    expect(wrong).toBe(0);
    expect(accepted).toBeGreaterThan(count / 5);
    expect(reserved).toBeGreaterThan(count / 20);
  });
});
