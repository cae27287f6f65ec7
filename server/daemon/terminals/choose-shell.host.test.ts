import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openJailHouse } from "./testing/jail-house.ts";
import type { Wish } from "./choose-shell.ts";

let at: Awaited<ReturnType<typeof openJailHouse>>;
let { host, house, jail } = {} as typeof at;
const ALL = ["/bin/sh", "/bin/csh", "/bin/tcsh"];

beforeAll(async () => {
  at = await openJailHouse("choice_test", 11);
  ({ host, house, jail } = at);
  inside("cp /etc/shells /root/shells; cp /etc/passwd /root/passwd");
});
afterAll(() => at?.close());
/** As its root would. */
const inside = (command: string) =>
  expect(host.run("jexec", ["-l", jail.name, "/bin/sh", "-c", command])).toMatchObject({ status: 0 });
beforeEach(() =>
  inside(`rm -rf /etc/shells /etc/passwd; cp /root/shells /etc/shells; cp /root/passwd /etc/passwd
    echo 'anna:*:1001:1001:Anna:/tmp:/bin/sh' >> /etc/passwd`),
);

const choices = () => house.terminals.choices(jail.jid);
const open = (wish: Wish) => house.terminals.open(jail, "olaf", { cols: 80, rows: 24 }, wish);
/** @returns what the shell says of itself */
async function says(wish: Wish, command: string): Promise<string> {
  const { terminal } = await open(wish);
  const viewer = house.view(terminal);
  await viewer.see(/[#$%>] $/);
  viewer.type(`${command}; echo en''d\r`);
  const text = await viewer.see(/end\r\n/);
  house.terminals.close(terminal);
  return text;
}

describe("which shell, and as whom", () => {
  test("the jail's own files say what there is", async () => {
    const { shells, accounts } = await choices();
    expect(shells).toEqual(ALL);
    expect(accounts).toContainEqual({ name: "root", uid: 0, shell: "/bin/csh", mayLogIn: true });
    expect(accounts).toContainEqual({ name: "anna", uid: 1001, shell: "/bin/sh", mayLogIn: true });
    expect(accounts).toContainEqual({ name: "www", uid: 80, shell: "/usr/sbin/nologin", mayLogIn: false });
  });

  test("another shell is the one that runs, another account is who one is there", async () => {
    expect(await says({ shell: "/bin/sh" }, "echo $0 is `id -un`")).toContain("/bin/sh is root\r\n");
    const info = await open({ shell: "/bin/sh", account: "anna" });
    expect(info).toMatchObject({ shell: "/bin/sh", account: "anna" });
    house.terminals.close(info.terminal);
    const said = await says({ shell: "/bin/sh", account: "anna" }, "echo I=`id -u`=$USER=$HOME; whoami; touch /etc/x");
    expect(said).toContain("I=1001=anna=/tmp\r\n");
    expect(said).toContain("\nanna\r\n");
    expect(said).toMatch(/touch: .*Permission denied/);
  });

  test("a shell that is not listed and an account that is not there are refused, at their fields", async () => {
    const at = async (wish: Wish) => open(wish).catch((error: { problems?: { field: string }[] }) => error.problems);
    expect(await at({ shell: "/usr/bin/id" })).toMatchObject([{ field: "shell" }]);
    expect(await at({ account: "nobody_here" })).toMatchObject([{ field: "account" }]);
    expect(await at({ account: "www" })).toMatchObject([{ field: "account" }]);
    expect(house.terminals.list()).toEqual([]);
  });

  test("an account to which nobody logs in only when that is said", async () => {
    const said = await says({ account: "www", shell: "/bin/sh", evenNologin: true }, "echo I=`id -u`=`pwd`");
    expect(said).toContain("I=80=/\r\n");
  });

  test("a name is kept as one plain line of 64 characters, and an empty one is none", async () => {
    const { terminal } = await open({});
    const named = (name: string | null) => {
      house.terminals.rename(terminal, name);
      return house.terminals.list().find((one) => one.terminal === terminal)!.name;
    };
    expect(named("  build \x1b]0;x\x07\u202eworld\n ")).toBe("build ]0;xworld");
    expect(named("x".repeat(63) + "\u{1f600}")).toBe("x".repeat(63));
    expect(named(" \n")).toBe(null);
    house.terminals.close(terminal);
    expect(() => house.terminals.rename(terminal, "late")).toThrow(expect.objectContaining({ code: "not_found" }));
  });
});

describe("what a hostile root of the jail makes of these files", () => {
  test("a link leads to nothing but what is in the jail", async () => {
    // by an absolute path of the host's, where it would be root who reads
    execFileSync("sh", ["-c", `printf '/host/secret\n' > ${host.etc}/shells-of-host`]);
    inside(`ln -sf ${host.etc}/shells-of-host /etc/shells; ln -sf /etc/group /etc/passwd`);
    expect(await choices()).toEqual({ shells: ["/bin/sh", "/bin/csh"], accounts: [] });
    await expect(open({ shell: "/host/secret" })).rejects.toMatchObject({ code: "invalid" });
  });

  test("a fifo, a directory and a device hold nobody up", async () => {
    inside("rm /etc/shells /etc/passwd; mkfifo /etc/shells; mkdir /etc/passwd");
    const began = Date.now();
    expect(await choices()).toEqual({ shells: ["/bin/sh", "/bin/csh"], accounts: [] });
    inside("rm -r /etc/shells; ln -s /dev/zero /etc/shells");
    expect((await choices()).shells).toEqual([]);
    expect(Date.now() - began).toBeLessThan(15_000);
    // root with csh needs none of these files
    house.terminals.close((await open({})).terminal);
  });

  test("a gigabyte is read no further than 64 KiB, in whole lines", async () => {
    inside(
      "(printf '/bin/sh\n'; head -c 70000 /dev/zero | tr '\\0' x; printf '\n/bin/late\n') > /etc/shells; truncate -s 1G /etc/shells",
    );
    inside("truncate -s 1G /etc/passwd");
    const { shells, accounts } = await choices();
    expect(shells).toEqual(["/bin/sh"]);
    expect(accounts.map((one) => one.name)).toContain("anna");
  });

  test("control characters and options are no names", async () => {
    inside(
      "printf '/bin/sh\\n/bin/\\033[2Jx\\n-c\\n/bin/a b\\n' > /etc/shells; printf -- '-Uroot:*:0:0::/:/bin/sh\\nx\\033y:*:1:1::/:/bin/sh\\n' >> /etc/passwd",
    );
    const { shells, accounts } = await choices();
    expect(shells).toEqual(["/bin/sh", "/bin/a"]);
    expect(accounts.map((one) => one.name).filter((name) => /^-|\W/.test(name))).toEqual([]);
    await expect(open({ account: "-Uroot" })).rejects.toMatchObject({ code: "invalid" });
  });

  test("a fifo into which somebody writes without end is read as far as any file", async () => {
    inside("rm /etc/shells; mkfifo /etc/shells; sh -c 'cat /dev/zero > /etc/shells' </dev/null >/dev/null 2>&1 &");
    expect((await choices()).shells).toEqual([]);
    inside("rm /etc/shells");
  });
});
