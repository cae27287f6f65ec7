import { describe, expect, it } from "vitest";
import type { Mount } from "../../contract/mounts.ts";
import { parseApproved } from "./approved-mounts.ts";
import { editFstab, fstabMounts } from "./edit-fstab.ts";
import { Random } from "./testing/random.ts";

const TREE = "/usr/jails/mail";
const BASE = "/usr/jails/basejail /usr/jails/mail/basejail nullfs ro 0 0\n";
const BY_HAND = `# mail's mounts, mind the order
/usr/jails/basejail\t/usr/jails/mail/basejail\tnullfs\tro\t0\t0

/data/My\\040Music   /usr/jails/mail/mnt/music  nullfs  ro,noatime  0 0   # friends' songs
tmpfs /usr/jails/mail/tmp tmpfs rw,size=64m 0 0
/data/mail /usr/jails/mail/var/mail nullfs rw,late 0 0
/data/elsewhere /usr/jails/mail2/mnt nullfs rw 0 0
linprocfs /usr/jails/mail/compat/proc linprocfs rw 0 0
`;
const HAND: Mount[] = [
  { source: "/data/My Music", target: "/mnt/music", readOnly: true },
  { source: "/data/mail", target: "/var/mail", readOnly: false },
];

describe("editFstab", () => {
  it("reads the further mounts and nothing else", () => {
    expect(fstabMounts(BY_HAND, TREE)).toEqual(HAND);
    expect(fstabMounts(BASE, TREE)).toEqual([]);
  });

  it("changes no byte when nothing changes", () => {
    expect(editFstab(BY_HAND, TREE, HAND)).toBe(BY_HAND);
    expect(editFstab(BY_HAND, TREE, HAND.toReversed())).toBe(BY_HAND);
    expect(editFstab(BASE, TREE, [])).toBe(BASE);
  });

  it.each<[string, Mount[], [string, string]]>([
    [
      "one that goes takes its line with it",
      [HAND[0]!],
      ["/data/mail /usr/jails/mail/var/mail nullfs rw,late 0 0\n", ""],
    ],
    [
      "one that becomes writable keeps its other options, blanks and comment",
      [{ ...HAND[0]!, readOnly: false }, HAND[1]!],
      ["nullfs  ro,noatime  0 0   # friends' songs", "nullfs  rw,noatime  0 0   # friends' songs"],
    ],
    [
      "one that becomes read-only",
      [HAND[0]!, { ...HAND[1]!, readOnly: true }],
      ["/usr/jails/mail/var/mail nullfs rw,late", "/usr/jails/mail/var/mail nullfs ro,late"],
    ],
    [
      "a new one comes last",
      [...HAND, { source: "/data/a b#c\\d", target: "/mnt/ü", readOnly: true }],
      ["linprocfs rw 0 0\n", "linprocfs rw 0 0\n/data/a\\040b\\043c\\134d /usr/jails/mail/mnt/ü nullfs ro 0 0\n"],
    ],
  ])("%s", (_, mounts, [from, to]) => {
    expect(editFstab(BY_HAND, TREE, mounts)).toBe(BY_HAND.replace(from, to));
  });

  it("gives one target to one source", () => {
    const other = [{ source: "/data/other", target: "/mnt/music", readOnly: true }];
    expect(fstabMounts(editFstab(BY_HAND, TREE, other), TREE)).toEqual(other);
    expect(fstabMounts(editFstab(BY_HAND + BY_HAND, TREE, HAND), TREE)).toEqual(HAND);
  });

  it("says afterwards what was wished, whatever the names, and is still then", () => {
    const random = new Random(5);
    const next = (n: number) => random.below(n);
    const letters = ["a", "b", " ", "#", "\\", "ä", "0", "4", "'", '"', ",", "\t"];
    const name = () => Array.from({ length: 1 + next(6) }, () => letters[next(letters.length)]).join("");
    for (let round = 0; round < 2000; round++) {
      const targets = new Set(Array.from({ length: next(5) }, () => `/mnt/${name()}`));
      const mounts = [...targets].map((target) => ({ source: `/data/${name()}`, target, readOnly: next(2) === 0 }));
      const edited = editFstab(round % 2 ? BY_HAND : BASE, TREE, mounts);
      const sorted = (list: Mount[]) => list.toSorted((a, b) => (a.target < b.target ? -1 : 1));
      expect(sorted(fstabMounts(edited, TREE))).toEqual(sorted(mounts));
      expect(editFstab(edited, TREE, mounts)).toBe(edited);
      const back = editFstab(edited, TREE, []);
      expect(back).toBe(editFstab(round % 2 ? BY_HAND : BASE, TREE, []));
    }
  });
});

describe("parseApproved", () => {
  it("reads what root wrote and says which lines it can't", () => {
    const text =
      "# approved\nro /data/music\n rw\t/data/My\\040Own # his\n\nrw /\nrw data\nxx /a\nro /a/../b\nro /a /b\n";
    expect(
      parseApproved(text).map(({ line, access, path, problem }) => [line, access, path, problem === null]),
    ).toEqual([
      [2, "ro", "/data/music", true],
      [3, "rw", "/data/My Own", true],
      [5, "rw", "/", false],
      [6, "rw", "data", false],
      [7, "ro", "/a", false],
      [8, "ro", "/a/../b", false],
      [9, "ro", "/a", false],
    ]);
  });
});
