import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Daemon } from "../daemon.ts";
import { poll } from "../testing/poll.ts";
import { openShellHouse } from "../terminals/testing/shell-house.ts";
import { beginRecording } from "./begin-recording.ts";
import type { Bounds } from "./recorder.ts";
import { listRecordings, recordingFile, removeRecording } from "./store.ts";

// Recordings of real shells on a small disk of their own.

let house: Awaited<ReturnType<typeof openShellHouse>>;
let daemon: Daemon;
let jails: string;
beforeAll(async () => {
  house = await openShellHouse({ limits: { total: 50, perActor: 50, perJail: 50, killAfter: 300 } });
  jails = join(house.dir, "jails");
  mkdirSync(jails);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=16m", "tmpfs", jails]);
  daemon = { terminals: house.terminals, paths: { jails } } as Daemon;
});
afterAll(async () => {
  if (jails) execFileSync("umount", [jails]);
  await house?.close();
});

const SMALL: Partial<Bounds> = { floor: 4 * 1024 ** 2, every: 20 };
async function recorded(bounds: Partial<Bounds> = {}) {
  const { terminal } = await house.open("anna");
  const viewer = house.viewAs("anna", terminal);
  await viewer.see("$ ");
  viewer.type("stty -echo; PS1=\r");
  await viewer.see("PS1=\r\n");
  await new Promise((resolve) => setTimeout(resolve, 100));
  viewer.forget();
  const session = house.terminals.find(terminal)!;
  const name = await beginRecording(daemon, session, { ...SMALL, ...bounds });
  return { viewer, session, name, path: recordingFile(daemon, name) };
}
const eventsOf = (path: string) =>
  readFileSync(path, "utf8")
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as [number, string, string])
    .slice(1);
const printedIn = (path: string) =>
  eventsOf(path)
    .filter(([, kind]) => kind === "o")
    .map(([, , text]) => text)
    .join("");

test("what is in the file is what was printed, byte for byte, with every change of size", async () => {
  const { viewer, session, name, path } = await recorded();
  const text = `${"knast ünï 漢字 👍🏽 \x1b[31m".repeat(40)}\n`;
  writeFileSync(join(house.dir, "text"), text.repeat(300));
  viewer.type(`cat ${join(house.dir, "text")}; echo fir''st\r`);
  await viewer.see("first");
  viewer.resize(101, 41);
  viewer.type("echo sec''ond\r");
  await viewer.see("second\r\n");
  await session.tape.stop("stopped");
  const live = Buffer.concat(viewer.live).toString();
  expect(printedIn(path) === live).toBe(true);
  expect(
    eventsOf(path)
      .filter(([, kind]) => kind === "r")
      .map(([, , size]) => size),
  ).toEqual(["101x41"]);
  expect(JSON.parse(readFileSync(path, "utf8").split("\n", 1)[0]!)).toMatchObject({
    version: 2,
    width: 80,
    height: 24,
    knast: { jail: "test", id: null, by: "anna" },
  });
  expect(viewer.company!.recording!.ended).toBe("stopped");
  viewer.type("echo not-in-it\r");
  await viewer.see("not-in-it");
  expect(printedIn(path)).not.toContain("not-in-it");
  expect((await listRecordings(daemon)).recordings).toMatchObject([{ recording: name, by: "anna", live: false }]);
});

test("one that begins within a program that fills the screen begins with that one's modes, and the program draws anew", async () => {
  const { terminal } = await house.open("anna");
  const viewer = house.viewAs("anna", terminal);
  await viewer.see("$ ");
  const program = join(house.dir, "full-screen");
  const draw = "printf '\\033[2Jdrawn'";
  const begin = "printf '\\033[?1049h\\033[?2004h\\033[33msecret'";
  writeFileSync(program, `trap "${draw}" WINCH\n${begin}\n${draw}\nwhile sleep 0.1; do :; done\n`);
  viewer.type(`sh ${program}\r`);
  await viewer.see("drawn");
  const session = house.terminals.find(terminal)!;
  const path = recordingFile(daemon, await beginRecording(daemon, session, SMALL));
  await poll("it is drawn anew", () => printedIn(path).includes("drawn"));
  await session.tape.stop("stopped");
  const [[, , first] = [0, "", ""]] = eventsOf(path);
  expect(first).toMatch(/^\x1bc[^]*\x1b\[\?1049h[^]*\x1b\[\?2004h[^]*\x1b\[33m/);
  expect(printedIn(path)).not.toContain("secret");
});

test("is seen by everybody, is one at a time, ends with its shell, and can't be removed before", async () => {
  const { viewer, session, name, path } = await recorded();
  await viewer.until(({ company }) => company?.recording?.ended === null, "all are told");
  expect(await beginRecording(daemon, session, SMALL)).toBe(name);
  await expect(removeRecording(daemon, { recording: name })).rejects.toMatchObject({ code: "busy" });
  viewer.type("echo la''st; exit\r");
  await viewer.until(({ exit }) => exit !== null, "the end");
  await session.tape.stop("stopped");
  expect([session.tape.state!.ended, printedIn(path)]).toEqual(["shell-ended", "last\r\n"]);
  await removeRecording(daemon, { recording: name });
  await expect(removeRecording(daemon, { recording: name })).rejects.toMatchObject({ code: "not_found" });
});

test("one that has become too large ends in a whole line, and the shell goes on", async () => {
  const { viewer, session, path } = await recorded({ most: 100_000 });
  viewer.type("head -c 400000 /dev/zero | tr '\\0' y; echo end''ed\r");
  await viewer.see("ended");
  await viewer.until(({ company }) => company?.recording?.ended === "too-large", "its end is told");
  await session.tape.stop("stopped");
  const size = readFileSync(path).length;
  expect(size).toBeGreaterThan(30_000);
  expect(size).toBeLessThanOrEqual(100_000);
  expect(printedIn(path)).toMatch(/^y+$/);
  viewer.type("echo still-he''re\r");
  await viewer.see("still-here");
});

test("leaves the disk's last bytes to others: ends before them, and does not begin below them", async () => {
  const { viewer, session, path } = await recorded();
  const filler = join(jails, "filler");
  viewer.type("echo be''fore\r");
  await viewer.see("before");
  await new Promise((resolve) => setTimeout(resolve, 100));
  writeFileSync(filler, Buffer.alloc(13 * 1024 ** 2));
  viewer.type("echo af''ter\r");
  await viewer.until(({ company }) => company?.recording?.ended === "disk-full", "its end is told");
  await session.tape.stop("stopped");
  expect(printedIn(path)).toBe("before\r\n");
  await expect(beginRecording(daemon, session, SMALL)).rejects.toMatchObject({ code: "disk_full" });
  viewer.type("echo still-he''re\r");
  await viewer.see("still-here");
  execFileSync("rm", [filler]);
});

test("a disk that is full for real takes nothing half, and the shell goes on", async () => {
  const { viewer, session, path } = await recorded({ floor: 0, most: 1024 ** 3 });
  let end = "";
  viewer.onLive = (bytes) => (end = (end + bytes.toString()).slice(-20));
  viewer.type("head -c 30000000 /dev/zero | tr '\\0' z; echo end''ed\r");
  await viewer.until(() => end.includes("ended"), "the end of the flood", 60_000);
  await viewer.until(({ company }) => company?.recording?.ended === "disk-full", "its end is told");
  await session.tape.stop("stopped");
  expect(printedIn(path)).toMatch(/^z+$/);
  execFileSync("rm", [path]);
});

test("a disk that is too slow ends the recording, never the shell", async () => {
  const { viewer } = await recorded({ waiting: 100_000, every: 3_600_000 });
  viewer.type("head -c 400000 /dev/zero | tr '\\0' w; echo end''ed\r");
  await viewer.see("ended");
  await viewer.until(({ company }) => company?.recording?.ended === "too-slow", "its end is told");
});
