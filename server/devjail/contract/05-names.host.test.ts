import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ok, RecordedHost } from "../testing/recorded-host.ts";

/** Commands of the recordings of FreeBSD 14.2 and what they printed, with the paths and addresses of this host put in. */
let recorded: RecordedHost;
let { erdgeist, host, mail, run, variant } = {} as RecordedHost;

beforeAll(async () => {
  recorded = await RecordedHost.start();
  ({ erdgeist, host, mail, run, variant } = recorded);
  for (const jail of [erdgeist]) expect(run("jail", "-f", jail.config, "-c", jail.name).status).toBe(0);
});
afterAll(async () => recorded?.stop());

const startMail = () => expect(run("jail", "-f", mail.config, "-c", "mail")).toEqual(ok("mail: created\n"));
const stopMail = () => expect(run("jail", "-f", mail.config, "-r", "mail")).toEqual(ok("mail: removed\n"));

describe("05 and 06: odd names, depend, changing", () => {
  test.each([
    ["a.b", 'jail: a.b: jail "a" not found', 'jail: "a.b" not found'],
    ["007", "007: created", "7: removed"],
    ["ab-c", "ab-c: created", "ab-c: removed"],
    ["A", "A: created", "A: removed"],
  ])("a jail called %j", (name, created, removed) => {
    const conf = join(host.state, "n.conf");
    mkdirSync(join(host.state, "odd"), { recursive: true });
    writeFileSync(conf, `'${name}' { path=${host.state}/odd; persist; }\n`);
    const up = run("jail", "-f", conf, "-c", name);
    expect(up.stdout + up.stderr).toBe(`${created}\n`);
    const down = run("jail", "-r", name);
    expect((down.stdout + down.stderr).replace("007:", "7:")).toBe(`${removed}\n`);
  });

  test("a jail without persist ends with its last process", async () => {
    const conf = variant(/exec\.start = .*/, "exec.start = '/bin/sh -c \"sleep 0.3 &\"';");
    expect(run("jail", "-f", conf, "-c", "mail").status).toBe(0);
    await expect.poll(() => run("jls", "name").stdout.includes("mail"), { timeout: 5000 }).toBe(false);
    for (const name of ["dev/fd", "dev", "proc", "basejail"])
      expect(run("umount", `${mail.path}/${name}`)).toEqual(ok(""));
    run("ifconfig", host.interface, "inet", mail.address, "-alias");
  });

  test("-m on a running jail", () => {
    startMail();
    const conf = variant("allow.noset_hostname", "allow.set_hostname");
    expect(run("jail", "-f", conf, "-m", "mail")).toEqual({
      status: 0,
      stdout: "mail: updated\n",
      stderr: 'jail: "mail" already exists\n',
    });
    expect(run("jls", "-j", "mail", "-n", "allow.set_hostname").stdout).toBe("allow.set_hostname\n");
    const moved = variant(`path = '${mail.path}'`, `path = '${erdgeist.path}'`);
    expect(run("jail", "-f", moved, "-m", "mail")).toEqual({
      status: 1,
      stdout: "",
      stderr: "jail: mail: path cannot be changed after creation\n",
    });
    stopMail();
  });

  test("depend and jail_list", () => {
    const text = readFileSync(erdgeist.config, "utf8");
    writeFileSync(erdgeist.config, text.replace("exec.clean;", "exec.clean; depend = mail;"));
    expect(run("jail", "-r", "erdgeist_org").status).toBe(0);
    expect(run("service", "jail", "start")).toEqual(ok("Starting jails: mail erdgeist_org.\n"));
    expect(run("service", "jail", "stop").stdout).toBe("Stopping jails: mail erdgeist_org.\n");
    expect(run("sysrc", "jail_list=erdgeist_org").stdout).toBe("jail_list:  -> erdgeist_org\n");
    expect(run("service", "jail", "start")).toEqual(ok("Starting jails: erdgeist_org.\n"));
    expect(run("jls", "name").stdout).toBe("mail\nerdgeist_org\n");
    expect(run("service", "jail", "stop")).toEqual(ok("Stopping jails: erdgeist_org.\n"));
    expect(run("jls", "name").stdout).toBe("mail\n");
    stopMail();
    writeFileSync(erdgeist.config, text);
    expect(run("sysrc", "-x", "jail_list").status).toBe(0);
  });

  test("rm and pwd_mkdb", () => {
    startMail();
    expect(run("rm", "-rfx", mail.path).status).toBe(1);
    stopMail();
    const dir = join(mail.path, "etc");
    writeFileSync(
      join(dir, "new"),
      `${readFileSync(join(dir, "master.passwd"), "utf8")}admin:*:1001:1001::0:0:Admin:/home/admin:/bin/csh\n`,
    );
    expect(run("pwd_mkdb", "-p", "-d", dir, join(dir, "new"))).toEqual(ok(""));
    expect(readFileSync(join(dir, "passwd"), "utf8")).toContain("admin:*:1001:1001:Admin:/home/admin:/bin/csh\n");
    expect(run("chflags", "-R", "0", mail.path)).toEqual(ok(""));
    expect(run("rm", "-rfx", mail.path)).toEqual(ok(""));
  });
});
