import { describe, expect, it } from "vitest";
import { addAccount, authorizedKeys, makeConf, rcConf, resolvConf } from "./skeleton-files.ts";

const MASTER =
  "# a comment\nroot::0:0::0:0:Charlie &:/root:/bin/sh\nnobody:*:65534:65534::0:0:Unprivileged user:/nonexistent:/usr/sbin/nologin\n";
const GROUP = "wheel:*:0:root\nnobody:*:65534:\n";
const line = (text: string, name: string) => text.split("\n").filter((one) => one.startsWith(`${name}:`));

describe("a new jail's files", () => {
  it("resolv.conf, rc.conf, make.conf, authorized_keys", () => {
    expect(resolvConf(["10.0.2.3", "2001:db8::53"])).toBe("nameserver 10.0.2.3\nnameserver 2001:db8::53\n");
    expect(resolvConf([])).toBe("");
    expect(rcConf({ sshd: false })).toBe('syslogd_flags="-ss"\nsendmail_enable="NONE"\n');
    expect(rcConf({ sshd: true })).toContain('sshd_enable="YES"\n');
    expect(makeConf()).toContain("WRKDIRPREFIX=/var/ports\nDISTDIR=/var/ports/distfiles\n");
    expect(authorizedKeys(["ssh-ed25519 AAAA me", "ssh-rsa BBBB"])).toBe("ssh-ed25519 AAAA me\nssh-rsa BBBB\n");
  });
});

describe("addAccount", () => {
  it("adds admin with an id of his own, in wheel, without a password", () => {
    const added = addAccount({ masterPasswd: MASTER, group: GROUP });
    expect(added).toMatchObject({ uid: 1001, gid: 1001 });
    expect(added.masterPasswd).toBe(`${MASTER}admin:*:1001:1001::0:0:Admin of this jail:/home/admin:/bin/csh\n`);
    expect(added.group).toBe("wheel:*:0:root,admin\nnobody:*:65534:\nadmin:*:1001:\n");
  });
  it("does nothing the second time", () => {
    const once = addAccount({ masterPasswd: MASTER, group: GROUP });
    expect(addAccount(once)).toEqual(once);
  });
  it("takes the first id that no user and no group has", () => {
    const masterPasswd = `${MASTER}a:*:1001:1001::0:0::/:/bin/sh\nb:*:1002:2000::0:0::/:/bin/sh\n`;
    const added = addAccount({ masterPasswd, group: `${GROUP}c:*:1003:\n` });
    expect(added).toMatchObject({ uid: 1004, gid: 1004 });
  });
  it("keeps an admin who is there, and only sees to wheel", () => {
    const masterPasswd = `${MASTER}admin:$6$x:1500:1600::0:0:Mine:/home/admin:/bin/sh\n`;
    const added = addAccount({ masterPasswd, group: `${GROUP}staff:*:1600:\n` });
    expect(added).toMatchObject({ uid: 1500, gid: 1600, masterPasswd });
    expect(added.group).toBe("wheel:*:0:root,admin\nnobody:*:65534:\nstaff:*:1600:\n");
  });
  it("makes a wheel where there is none", () => {
    expect(line(addAccount({ masterPasswd: "", group: "" }).group, "wheel")).toEqual(["wheel:*:0:root,admin"]);
  });
  it("gives up when all ids are taken", () => {
    const group = Array.from({ length: 31_000 }, (_, i) => `g${i}:*:${1001 + i}:\n`).join("");
    expect(() => addAccount({ masterPasswd: MASTER, group })).toThrow(RangeError);
  });
});
