import { cpus, release } from "node:os";
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
// @ts-expect-error the bench's, without types
import { median } from "../../bench/figures.mjs";
import { deleteAccount } from "../services/accounts/delete-account.ts";
import { disableAccount } from "../services/accounts/disable-account.ts";
import { makeLink } from "../services/accounts/one-time-links.ts";
import { endSession } from "../services/accounts/sessions.ts";
import { setPassword } from "../services/accounts/set-password.ts";
import { takeGrant } from "../services/grants/take-grant.ts";
import { db } from "../services/db.ts";
import { chooser } from "../daemon/testing/random.ts";
import { findProcess } from "../../e2e/processes.ts";
import { badFrames, campaign, connectTo, settled, upgradeTo } from "./testing/frame-campaign.ts";
import { residentBytes } from "./testing/web.ts";
import { processesWith, type RealPanel, since, startRealPanel } from "./testing/real-panel.ts";

// How soon an ex-friend is out: his next request, his open socket, the processes of his shell; and frames that no browser sends.
// KNAST_CAMPAIGN=all: 200 trials of each, and the figures go to docs/revocation.md; twice as many frames.

const ALL = process.env.KNAST_CAMPAIGN === "all";
const TRIALS = ALL ? 200 : 6;
/** At once, in two jails; a jail has room for twenty shells. */
const BATCH = 14;

let panel: RealPanel;
beforeAll(async () => {
  panel = await startRealPanel();
}, 400_000);
afterAll(() => panel?.stop());

type Friend = Awaited<ReturnType<RealPanel["friend"]>>;
type Kind = {
  name: string;
  /** @returns when it held, if that is not at once */
  revoke(friend: Friend): Promise<unknown>;
  /** what he is told who asks for the jail's page: to sign in, or that there is none */
  page: 307 | 404;
  /** the shell is its person's: who only signs out finds it again */
  keepsShell?: true;
};

const soon = () => new Date(Date.now() + 300);
const untilThen = (at: Date) => new Promise((resolve) => setTimeout(resolve, at.getTime() - Date.now() + 5));
const KINDS: Kind[] = [
  {
    name: "account disabled",
    page: 307,
    revoke: ({ account }) => disableAccount(panel.admin, { account: account.id }),
  },
  { name: "account deleted", page: 307, revoke: ({ account }) => deleteAccount(panel.admin, { account: account.id }) },
  {
    name: "jail taken away",
    page: 404,
    revoke: ({ account, jail }) => takeGrant(panel.admin, { name: jail.name, account: account.id }),
  },
  {
    name: "new password",
    page: 307,
    revoke: async ({ account }) => {
      const { url } = await makeLink({ kind: "password", account: account.id }, panel.url);
      return setPassword(panel.admin, { token: url.split("/").at(-1)!, password: "quite another password" });
    },
  },
  { name: "session ended", page: 307, keepsShell: true, revoke: ({ sid }) => endSession(sid) },
  {
    name: "grant at its end",
    page: 404,
    revoke: async ({ key }) => {
      const endsAt = soon();
      await db().grant.update({ where: { accountId_jailId: key }, data: { endsAt } });
      await untilThen(endsAt);
    },
  },
  {
    name: "account at its end",
    page: 307,
    revoke: async ({ account }) => {
      const endsAt = soon();
      await db().account.update({ where: { id: account.id }, data: { endsAt } });
      await untilThen(endsAt);
    },
  },
];

type Figures = { kind: string; socket: number; processes: number | null };

async function trial(kind: Kind, number: number): Promise<Figures> {
  const friend = await panel.friend(`f${KINDS.indexOf(kind)}-${number}`, (number >> 1) & 1);
  const get = (path: string) => inTime(panel.url + path, friend.cookie);
  const { terminal } = await panel.openShell(friend);
  const viewer = panel.view(terminal, friend.cookie);
  const mark = String(100_000_000 + KINDS.indexOf(kind) * 1000 + number);
  await viewer.until(({ hellos }) => hellos.length === 1, "the shell");
  // Every second one does what he can to stay.
  const stay = number % 2 ? `exec sh -c 'trap "" HUP; sleep ${mark}; exec sleep ${mark}'` : `exec sleep ${mark}`;
  viewer.type(`${stay}\n`);
  await since(0, "the shell's process", () => processesWith(mark).length > 0);
  expect((await get(`/jails/${friend.jail.name}`)).status).toBe(200);

  const asked = performance.now();
  await kind.revoke(friend);
  const began = kind.name.endsWith("at its end") ? performance.now() : asked;
  const [page, again, shell] = await Promise.all([
    pageOf(friend),
    get("/api/live"),
    new Promise<number | undefined>((resolve) => {
      const late = panel.view(terminal, friend.cookie);
      late.ws.once("unexpected-response", (_, response) => resolve(response.statusCode));
      late.ws.once("open", () => resolve(101));
    }),
  ]);
  await again.body?.cancel();
  expect([page, again.status, shell], kind.name).toEqual(kind.page === 307 ? [307, 401, 401] : [404, 200, 404]);
  const socket = await since(began, `${kind.name}: the socket closes`, () => viewer.closeCode !== null);
  if (kind.keepsShell) {
    expect(processesWith(mark).length).toBeGreaterThan(0);
    await panel.daemon.call("terminal.close", { terminal });
  }
  const processes = await since(began, `${kind.name}: its processes end`, () => processesWith(mark).length === 0);
  await db().account.deleteMany({ where: { id: friend.account.id } });
  return { kind: kind.name, socket, processes: kind.keepsShell ? null : processes };
}

/** Asks again when this process was too busy to send a request in the time that a client has for it (408). */
async function inTime(url: string, cookie: string): Promise<Response> {
  const answer = await fetch(url, { headers: { cookie }, redirect: "manual" });
  if (answer.status !== 408) return answer;
  await answer.body?.cancel();
  return inTime(url, cookie);
}

let troubled = 0;

/** The status of the jail's page. A panel that has too much to do is asked again: what is shown then is nobody's jail either. */
async function pageOf({ cookie, jail }: Friend): Promise<number> {
  const answer = await inTime(`${panel.url}/jails/${jail.name}`, cookie);
  const text = await answer.text();
  if (answer.status !== 200 && answer.status < 500) return answer.status;
  if (text.includes(jail.id!)) return answer.status;
  troubled++;
  if (troubled < 5)
    console.log(answer.status, readFileSync(join(panel.state, "log/knast-web.log"), "utf8").slice(-1500));
  return pageOf({ cookie, jail } as Friend);
}

describe("an ex-friend", () => {
  test("is refused at his next request, his sockets close within 5 s, his shells' processes end within 10 s", async () => {
    const trials = Array.from({ length: TRIALS }, (_, number) => KINDS.map((kind) => ({ kind, number }))).flat();
    const all: Figures[] = [];
    for (let at = 0; at < trials.length; at += BATCH)
      all.push(...(await Promise.all(trials.slice(at, at + BATCH).map(({ kind, number }) => trial(kind, number)))));
    const rows = KINDS.map(({ name }) => {
      const of = all.filter(({ kind }) => kind === name);
      const row = (times: number[]) =>
        times.length ? `${seconds(median(times) as number)} | ${seconds(Math.max(...times))}` : "– | –";
      return `| ${name} | ${of.length} | ${row(of.map((each) => each.socket))} | ${row(of.flatMap((each) => each.processes ?? []))} |`;
    });
    console.log([...rows, `${troubled} answers that the daemon has too much to do`].join("\n"));
    if (ALL) writeFileSync(join(import.meta.dirname, "../../docs/revocation.md"), report(rows));
    expect(Math.max(...all.map(({ socket }) => socket))).toBeLessThan(5000);
    expect(Math.max(...all.map(({ processes }) => processes ?? 0))).toBeLessThan(10_000);
  }, 3_600_000);
});

describe("a browser's connection", () => {
  test("is knastd's as soon as it is let in, and knast-web holds no part of it", async () => {
    const friend = await panel.friend("handed");
    const { terminal } = await panel.openShell(friend);
    const viewer = panel.view(terminal, friend.cookie);
    const socket = new Promise<Socket>((resolve) => viewer.ws.once("upgrade", ({ socket: made }) => resolve(made)));
    await viewer.until(({ hellos }) => hellos.length === 1, "the shell");
    const inode = inodeOf(Number(new URL(panel.url).port), (await socket).localPort!);
    await since(0, "knast-web's end is closed", () => !holds(webOf(), inode));
    expect(holds(knastdOf(), inode)).toBe(true);
    await panel.daemon.call("terminal.close", { terminal });
  });
});

/** @returns the number of the socket (proc_net(5)) from this port to that one */
function inodeOf(from: number, to: number): string {
  const hex = (port: number) => `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const lines = readFileSync("/proc/net/tcp", "utf8").split("\n");
  const fields = lines.map((line) => line.trim().split(/\s+/));
  return fields.find(([, local, remote]) => local?.endsWith(hex(from)) && remote?.endsWith(hex(to)))![9]!;
}

const holds = (pid: number, inode: string): boolean =>
  readdirSync(`/proc/${pid}/fd`).some((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`) === `socket:[${inode}]`;
    } catch {
      return false; // closed meanwhile
    }
  });
const webOf = () => findProcess("dist/knast-web.js", `PORT=${new URL(panel.url).port}`);
const knastdOf = () => findProcess("dist/knastd.js", panel.state);

describe("malformed frames", () => {
  test("close their socket, type nothing, end no shell; both processes are as they were", async () => {
    const choose = chooser(20261130);
    const owner = await panel.friend("frames");
    const opened = await Promise.all(Array.from({ length: 8 }, () => panel.openShell(owner)));
    const shells = opened.map(({ terminal }) => terminal);
    const [web, knastd] = [webOf(), knastdOf()];
    const toDaemon = (shell: string) =>
      badFrames(() => connectTo(panel.socket), upgradeTo(`/v1/terminals/${shell}`), choose);
    const port = Number(new URL(panel.url).port);
    const head = [`Host: 127.0.0.1:${port}`, `Origin: ${panel.url}`, `Cookie: ${owner.cookie}`];
    const toWeb = (shell: string) => {
      const [first, , ...rest] = upgradeTo(`/ws/terminals/${shell}`);
      return badFrames(() => connectTo(port), [first!, ...head, ...rest], choose);
    };
    expect(await campaign(1000, shells, toDaemon)).toEqual([]);
    const base = [residentBytes(knastd), residentBytes(web)] as const;
    const size = ALL ? 10_000 : 4000;
    expect(await campaign(size, shells, toDaemon)).toEqual([]);
    expect(await campaign(size / 20, shells, toWeb)).toEqual([]);
    const { terminals } = await panel.daemon.call("terminal.list", {});
    expect(terminals.map(({ terminal }) => terminal).toSorted()).toEqual(shells.toSorted());
    expect(terminals.filter(({ cols, rows }) => cols !== 80 || rows !== 24)).toEqual([]);
    const viewer = panel.view(shells[0]!, owner.cookie);
    await viewer.until(({ hellos }) => hellos.length === 1, "the shell");
    viewer.type("echo still-`expr 1 + 1`-here\n");
    await viewer.see("still-2-here");
    viewer.ws.terminate();
    const grown = [
      await settled(base[0], 64, () => residentBytes(knastd)),
      await settled(base[1], 96, () => residentBytes(web)),
    ];
    console.log(
      `malformed frames: ${size + size / 20 + 1000}, memory of knastd +${grown[0]}, of knast-web +${grown[1]} MiB`,
    );
    for (const terminal of shells) await panel.daemon.call("terminal.close", { terminal });
  }, 600_000);
});

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;

const report = (rows: string[]): string => `# Revocation

How soon somebody is out whose right has ended. Each trial is a friend with an open shell in a running jail, through the panel as npm start starts it; every second one
runs what ignores SIGHUP. The very next requests (a page, the live stream, an upgrade to his shell) were refused in all of the trials. Times run from the moment that it
was asked for, or from the date that was set. knast-web looks at open sockets and shells every two seconds; SIGKILL comes five seconds after SIGHUP.

Who ends a session, by signing out or from the list, keeps his shells, as they are his and not the browser's: he finds them again when he signs in.

Written by \`KNAST_CAMPAIGN=all npx vitest run --project host server/web/open-shells.host.test.ts\` on ${new Date().toISOString().slice(0, 10)}:
Node ${process.version}, Linux ${release()}, ${cpus().length} × ${cpus()[0]!.model.trim()}, devjail, ${BATCH} trials at once.

| what ended | trials | socket closed: median | p100 | processes gone: median | p100 |
| --- | --- | --- | --- | --- | --- |
${rows.join("\n")}
`;
