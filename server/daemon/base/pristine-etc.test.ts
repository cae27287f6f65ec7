import { describe, expect, it } from "vitest";
import { climbsOut } from "./inspect-world.ts";
import { checksumInManifest } from "./manifest.ts";
import { accountNames, ETC_NAMES, lockPasswords, pristineGroup, pristineMasterPasswd } from "./pristine-etc.ts";

const MASTER = [
  "# $FreeBSD$",
  "root:$6$x$y:0:0::0:0:Charlie &:/root:/bin/csh",
  "toor::0:0::0:0:Bourne-again:/root:",
  "sshd:*:22:22::0:0:Secure Shell:/var/empty:/usr/sbin/nologin",
  "me:$6$mine:1001:1001::0:0:Me:/home/me:/bin/csh",
  "nobody:*:65534:65534::0:0:Unprivileged:/nonexistent:/usr/sbin/nologin",
  "",
].join("\n");

describe("a pristine /etc", () => {
  it("has FreeBSD's own accounts, all locked", () => {
    const text = pristineMasterPasswd(MASTER);
    expect([...accountNames(text)]).toEqual(["root", "toor", "sshd", "nobody"]);
    expect(text).not.toContain("$6$");
    expect(text).toContain("\nroot:*:0:0::0:0:Charlie &:/root:/bin/csh\n");
  });
  it("locks an empty password too, and changes nothing else", () => {
    expect(lockPasswords("toor::0:0::0:0:x:/root:\n")).toBe("toor:*:0:0::0:0:x:/root:\n");
    expect(lockPasswords("# only\n")).toBe("# only\n");
  });
  it("has FreeBSD's own groups without the host's people", () => {
    const text = pristineGroup("wheel:*:0:root,me\nme:*:1001:\nnogroup:*:65533:\n", new Set(["root"]));
    expect(text).toBe("wheel:*:0:root\nnogroup:*:65533:\n");
  });
  it("lists no file that holds a secret", () => {
    expect(
      ETC_NAMES.filter((name) => /passwd|\.key|^ssh$|^ssl$|db$|rc\.conf|krb|ppp|wpa|opie|resolv|fstab|jail/.test(name)),
    ).toEqual([]);
  });
});

describe("MANIFEST", () => {
  const a = "a".repeat(64);
  it.each([
    [`base.txz\t${a}\t29000\tbase\n`, a],
    [`kernel.txz\t${"b".repeat(64)}\nbase.txz\t${a.toUpperCase()}\n`, a],
    [`base.txz\t${a}\nbase.txz\t${a}\n`, a],
    [`base.txz\t${a}\nbase.txz\t${"b".repeat(64)}\n`, null],
    [`base.txz\tshort\n`, null],
    [`xbase.txz\t${a}\n`, null],
    ["", null],
  ])("%j", (text, sum) => expect(checksumInManifest(text, "base.txz")).toBe(sum));
});

describe("climbsOut", () => {
  it.each([
    ["/x", "..", true],
    ["/usr/x", "..", false],
    ["/usr/x", "../..", true],
    ["/usr/local/x", "../../etc/rc", false],
    ["/usr/x", "a/../../../b", true],
    ["/usr/x", "/anywhere", false],
    ["/usr/x", "/../../etc", false],
    ["/x", "..x/y", false],
    ["/x", "", false],
  ])("%s -> %s: %s", (path, target, out) => expect(climbsOut(path, target)).toBe(out));
});
