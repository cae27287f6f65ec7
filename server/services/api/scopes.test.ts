import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Endpoint } from "../../contract/api/endpoint.ts";
import { API, type Operation, OPERATIONS } from "../../contract/api/table.ts";
import { GrantRight } from "../../contract/grants.ts";
import { assignJail } from "../accounts/assign-jail.ts";
import type { Ctx } from "../context.ts";
import { hexId, jail, job, terminal } from "../testing/fake-daemon.ts";
import { archiveOf, hasInput, operationInput, recordingOf } from "../testing/operation-inputs.ts";
import { operate, tokenOf } from "../testing/ask-api.ts";
import { type TestPanel, testPanel } from "../testing/panel.ts";

const HIS = "web";
const FOREIGN = "mail";
const ABSENT = "nowhere";
const FOREIGN_JOB = "1".repeat(32);
const HOST_JOB = "2".repeat(32);
const ids = { owner: "cnobody00000000000000000", terminal: "0".repeat(32), job: "0".repeat(32) };
const inputOf = (operation: Operation, name: string, over: Partial<typeof ids> = {}) =>
  operationInput(operation, name, { ...ids, ...over });

let panel: TestPanel;
let admin: Ctx;
let olaf: Ctx;
let all: string;
let root: string;
let narrow: string;
beforeAll(async () => {
  panel = await testPanel();
  admin = await panel.actor("anna", "admin");
  olaf = await panel.actor("olaf");
  const web = jail(HIS, { state: "running" });
  panel.daemon.jails.push(web, jail(FOREIGN));
  panel.daemon.jobs.push(job("jail.start", HIS, { id: "0".repeat(32), jailId: web.id, actor: "olaf" }));
  const other = panel.daemon.jails[1]!;
  panel.daemon.jobs.push(job("jail.start", FOREIGN, { id: FOREIGN_JOB, jailId: other.id, actor: "anna" }));
  panel.daemon.jobs.push(job("host.start-all", null, { id: HOST_JOB, actor: "anna" }));
  panel.daemon.terminals.push({ ...terminal(web, "olaf"), terminal: ids.terminal });
  const list = [HIS, FOREIGN].map((name, i) => ({
    archive: archiveOf(name),
    bytes: 1,
    manifest: {
      format: "knast-jail-1",
      createdAt: "2020-01-01T00:00:00Z",
      name,
      id: panel.daemon.jails[i]!.id,
      release: "",
      architecture: "",
      baseRelease: null,
      owners: [],
      running: false,
      scheduled: false,
      settings: null,
      untranslated: [],
      warnings: 0,
      entries: 0,
      contentBytes: 0,
      members: [],
    },
  }));
  panel.daemon.answer["archive.list"] = () => ({ archives: list });
  panel.daemon.recordings = [HIS, FOREIGN].map((name, i) => ({
    recording: recordingOf(name),
    bytes: 1,
    since: "2020-01-01T00:00:00.000Z",
    seconds: 1,
    jail: name,
    id: panel.daemon.jails[i]!.id,
    by: "olaf",
    live: false,
  }));
  await assignJail(admin, { name: HIS, account: olaf.actor.id });
  all = await tokenOf(olaf, GrantRight.options);
  root = await tokenOf(admin, [], { admin: true });
  narrow = await tokenOf(admin, GrantRight.options);
});
afterAll(() => panel.stop());

const rows = OPERATIONS.map((operation) => [operation, API[operation] as Endpoint] as const);
/** These answer what one may see, and nothing of the rest. */
const SELECTS = new Set<Operation>(["jails.list", "jails.watch", "jobs.list", "shells.list"]);
/** What is not his is refused either way, and the daemon hears of nothing that changes something. */
const changes = () => panel.daemon.heard.filter(({ verb }) => !/\.(list|get|order)$/.test(verb)).length;

describe("a token", () => {
  it("has an input for every operation here", () => {
    expect(OPERATIONS.filter((operation) => !hasInput(operation))).toEqual([]);
  });

  it("gets through with all rights that its row names", async () => {
    for (const [operation, { right }] of rows) {
      const { status, text } = await operate(operation, inputOf(operation, HIS), right === "admin" ? root : all);
      // The daemon of this test knows few verbs: what comes to it is let through.
      // An owner changes the parts of those whom he has brought, never his own.
      if (operation === "grants.set" || operation === "grants.take") continue;
      expect([401, 403], `${operation} ${text}`).not.toContain(status);
      const absent = ["accounts", "tokens", "invitations", "bases", "ssh-keys"].some((noun) =>
        operation.startsWith(`${noun}.`),
      );
      // The shell was closed by the row before.
      if (!absent && operation !== "shells.end") expect(status, operation).not.toBe(404);
    }
  });

  it("gets nothing done without the one right that its row names, with all others", async () => {
    let tried = 0;
    for (const right of GrantRight.options.filter((each) => each !== "see")) {
      const secret = await tokenOf(
        olaf,
        GrantRight.options.filter((each) => each !== right),
      );
      for (const [operation] of rows.filter(([, row]) => row.right === right)) {
        const before = changes();
        const said = await operate(operation, inputOf(operation, HIS), secret);
        if (SELECTS.has(operation)) expect(JSON.stringify(said.json), operation).not.toContain(HIS);
        else expect([403, 404], `${operation} ${said.text}`).toContain(said.status);
        expect(changes(), operation).toBe(before);
        tried++;
      }
    }
    expect(tried).toBeGreaterThan(15);
  });

  it("of an admin does an admin's things only when it was made for that", async () => {
    for (const [operation, { right }] of rows.filter(([, row]) => row.right === "admin")) {
      const before = changes();
      for (const secret of [narrow, all]) {
        const said = await operate(operation, inputOf(operation, HIS), secret);
        expect([said.status, said.json.code], `${operation} ${right}`).toEqual([403, "forbidden"]);
      }
      expect(changes(), operation).toBe(before);
    }
  });

  it("for one jail finds the others as absent as one that is not there, for everything", async () => {
    const one = await tokenOf(admin, GrantRight.options, { jails: [HIS] });
    for (const secret of [one, all])
      for (const [operation, { right }] of rows) {
        if (right === "admin" || right === "any" || SELECTS.has(operation)) continue;
        const over = { owner: hexId(), terminal: hexId() };
        const [foreign, absent] = [
          await operate(operation, inputOf(operation, FOREIGN, over), secret),
          await operate(operation, inputOf(operation, ABSENT, over), secret),
        ];
        // The one job that its input names is on his jail; the others' turn comes below.
        if (operation.startsWith("jobs.")) continue;
        expect(foreign, operation).toEqual(absent);
        expect(foreign.status, operation).toBe(404);
      }
    expect((await operate("jails.list", {}, one)).text).not.toContain(FOREIGN);
    for (const secret of [one, all]) {
      for (const operation of ["jobs.show", "jobs.follow", "jobs.cancel"] as const)
        for (const foreign of [FOREIGN_JOB, HOST_JOB])
          expect(await operate(operation, { job: foreign }, secret)).toEqual(
            await operate(operation, { job: "3".repeat(32) }, secret),
          );
      const { jobs } = (await operate("jobs.list", {}, secret)).json as unknown as { jobs: { id: string }[] };
      expect(jobs.some(({ id }) => id === FOREIGN_JOB || id === HOST_JOB)).toBe(false);
    }
    expect((await operate("jobs.show", { job: HOST_JOB }, root)).status).toBe(200);
  });
});
