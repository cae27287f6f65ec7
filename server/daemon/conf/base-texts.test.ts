import { describe, expect, it } from "vitest";
import { parseUpdate } from "./freebsd-update.ts";
import { baseIn, moveFstab } from "./fstab.ts";

const paths = { jails: "/usr/jails" };

describe("an fstab on its way to another base", () => {
  const move = (text: string) => moveFstab(text, "/usr/jails/basejail", "/usr/jails/basejail-14.2");
  it.each([
    [
      "our own line",
      "/usr/jails/basejail /usr/jails/a/basejail nullfs ro 0 0\n",
      "/usr/jails/basejail-14.2 /usr/jails/a/basejail nullfs ro 0 0\n",
    ],
    [
      "tabs, blanks, a comment behind",
      "  /usr/jails/basejail\t/usr/jails/a/basejail\tnullfs\tro,noatime 0 0 # base\n",
      "  /usr/jails/basejail-14.2\t/usr/jails/a/basejail\tnullfs\tro,noatime 0 0 # base\n",
    ],
    [
      "a slash at the ends",
      "/usr/jails/basejail/ /usr/jails/a/basejail/ nullfs ro 0 0",
      "/usr/jails/basejail-14.2 /usr/jails/a/basejail/ nullfs ro 0 0",
    ],
  ])("changes %s", (_, before, after) => expect(move(before)).toBe(after));
  it.each([
    ["a comment", "# /usr/jails/basejail /usr/jails/a/basejail nullfs ro 0 0\n"],
    ["another base", "/usr/jails/basejail-13 /usr/jails/a/basejail nullfs ro 0 0\n"],
    ["a directory in the base", "/usr/jails/basejail/usr/ports /usr/jails/a/usr/ports nullfs ro 0 0\n"],
    ["the base mounted elsewhere", "/usr/jails/basejail /usr/jails/a/mnt nullfs ro 0 0\n"],
    ["another file system", "/usr/jails/basejail /usr/jails/a/basejail unionfs ro 0 0\n"],
    ["what is no fstab", "\u0000\n\n\tx\n"],
    ["nothing", ""],
  ])("leaves %s byte for byte", (_, text) => expect(move(text)).toBe(text));
  it("tells which base a jail stands on", () => {
    expect(baseIn("proc /p procfs rw 0 0\n/usr/jails/basejail-14.2 /usr/jails/a/basejail nullfs ro 0 0\n", paths)).toBe(
      "basejail-14.2",
    );
    for (const source of ["/usr/jails/a", "/usr/jails/basejail-../x", "/elsewhere/basejail"])
      expect(baseIn(`${source} /usr/jails/a/basejail nullfs ro 0 0\n`, paths)).toBeNull();
  });
});

describe("what freebsd-update says", () => {
  // After freebsd-update.sh of 14.
  it.each([
    [
      "installed, as it was until 13",
      "Installing updates... done.\n",
      { installed: true, nothing: false, reason: null },
    ],
    [
      "installed, with certificates",
      "Fetching 2 patches.. done.\nApplying patches... done.\nInstalling updates...\nScanning /usr/share/certs/untrusted for certificates...\nScanning /usr/share/certs/trusted for certificates...\n done.\n",
      { installed: true, nothing: false, reason: null },
    ],
    [
      "nothing to do",
      "Preparing to download files... done.\n\nNo updates needed to update system to 14.2-RELEASE-p3.\nNo updates are available to install.\n",
      { installed: false, nothing: true },
    ],
    [
      "broken off",
      "Fetching metadata index... done.\nInstalling updates...install: x: Input/output error\n",
      { installed: false, nothing: false, reason: null },
    ],
    [
      "no mirror",
      "Fetching public key from update1.freebsd.org... failed.\nNo mirrors remaining, giving up.\n",
      { installed: false, reason: expect.stringContaining("No update server") },
    ],
    ["silence", "", { installed: false, nothing: false, reason: null }],
  ])("%s", (_, text, expected) => expect(parseUpdate(text)).toMatchObject(expected));
});
