import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openJailHouse } from "./testing/jail-house.ts";
import type { ViewerClient } from "./testing/viewer-client.ts";

let at: Awaited<ReturnType<typeof openJailHouse>>;
let { host, house, jail } = {} as typeof at;

beforeAll(async () => {
  at = await openJailHouse("shell_test", 10);
  ({ host, house, jail } = at);
});
afterAll(() => at?.close());

async function shell(): Promise<{ id: string; viewer: ViewerClient }> {
  const { terminal: id } = await house.open("anna", jail);
  const viewer = house.view(id);
  await viewer.see(/# $/);
  viewer.forget();
  return { id, viewer };
}
async function ask(viewer: ViewerClient, command: string): Promise<string> {
  viewer.forget();
  viewer.type(`/bin/sh -c 'echo "<""<"; ${command}; echo ">"">"'\r`);
  const text = await viewer.see(/<<\r\n[^]*>>\r\n/);
  return /<<\r\n([^]*)>>\r\n/.exec(text)![1]!.replaceAll("\r\n", "\n");
}
/** Process ids in the jail, as the host sees them. */
const inside = (pattern: string) =>
  host
    .run("pgrep", ["-j", String(jail.jid), "-f", pattern])
    .stdout.split("\n")
    .filter(Boolean);

describe("a shell in a jail", () => {
  test("is in that jail: its name, its root, a login environment and nothing of the daemon's", async () => {
    process.env.KNAST_CANARY = "canary-of-the-daemon";
    const umask = process.umask(0o077);
    const { id, viewer } = await shell();
    process.umask(umask);
    expect(await ask(viewer, "umask")).toBe("0022\n");
    expect(await ask(viewer, "hostname; id -un")).toBe("shell.test\nroot\n");
    const env = await ask(viewer, "env");
    expect(env).toContain("TERM=xterm-256color\n");
    expect(env).not.toMatch(/canary|NODE|npm_|VITEST/i);
    expect(await ask(viewer, "stty size; touch /bin/x")).toMatch(/^24 80\n.*Read-only file system\n$/);
    house.terminals.close(id);
  });

  test("the tenth has the descriptors 0, 1 and 2 and nothing else", async () => {
    const open = [];
    for (let i = 0; i < 10; i++) open.push(await shell());
    // the shell that jexec started is this one's parent; csh keeps copies of 0, 1, 2 above 15 that close on exec
    const list = await ask(open.at(-1)!.viewer, "ls -l /proc/self/fd");
    const fds = [...list.matchAll(/ (\d+) -> (\S+)/g)].map(([, fd, target]) => [Number(fd), target!] as const);
    expect(fds.map(([fd]) => fd).slice(0, 3)).toEqual([0, 1, 2]);
    // the fourth is the directory that ls reads
    expect(fds.slice(3).every(([, target]) => target.startsWith("/proc/"))).toBe(true);
    expect(list).not.toMatch(/ptmx|socket:|pipe:|anon_inode/);
    const ptys = await ask(open.at(-1)!.viewer, "ls -l /proc/$PPID/fd");
    expect(ptys).not.toMatch(/ptmx|socket:|pipe:|anon_inode/);
    for (const { id } of open) house.terminals.close(id);
  });

  test("closing takes all of its session away, even what ignores SIGHUP; a daemon of its own goes on", async () => {
    const { id, viewer } = await shell();
    await ask(viewer, 'trap "" HUP TERM; sleep 4001 & setsid sleep 4002 </dev/null >/dev/null 2>&1 & sleep 0.2');
    viewer.type("sleep 4003\r");
    const count = () => [4001, 4002, 4003].map((n) => inside(`^sleep ${n}`).length);
    await expect.poll(count, { timeout: 15_000 }).toEqual([1, 1, 1]);
    house.terminals.close(id);
    await viewer.until((v) => v.closeCode !== null, "close");
    await expect.poll(count, { timeout: 15_000 }).toEqual([0, 1, 0]);
    host.run("pkill", ["-KILL", "-j", String(jail.jid), "-f", "^sleep 4002"]);
  });

  test("the exit status of csh is told", async () => {
    const { viewer } = await shell();
    viewer.type("exit 3\r");
    await viewer.until((v) => v.closeCode !== null, "close");
    expect(viewer.exit).toEqual({ t: "exit", status: 3, signal: null, reason: "exited" });
  });

  test("a jail that is gone gives an ended session and never a prompt of the host", async () => {
    const { terminal } = await house.open("anna", { name: "gone", jid: 99_999 });
    const viewer = house.view(terminal);
    await viewer.until((v) => v.closeCode !== null, "close");
    expect(viewer.exit).toMatchObject({ reason: "exited", status: 1 });
    expect(viewer.text).toMatch(/^(\x1b\[\S+)?jexec: jail "99999" not found\r\n$/);
  });
});
