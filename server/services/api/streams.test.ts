import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { GrantRight } from "../../contract/grants.ts";
import { KnastError } from "../../contract/errors.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { jail, job } from "../testing/fake-daemon.ts";
import { tokenOf } from "../testing/ask-api.ts";
import { type TestPanel, testPanel, visitor } from "../testing/panel.ts";
import { readToken } from "../tokens/read-token.ts";
import { guardedFile } from "../guarded-file.ts";
import { followJob } from "../jobs/follow-job.ts";
import { jailEvents, jobEvents } from "./streams.ts";

let panel: TestPanel;
let ctx: Ctx;
beforeEach(async () => {
  panel = await testPanel();
  const admin = await panel.actor("anna", "admin");
  const secret = await tokenOf(admin, GrantRight.options);
  ctx = { ...visitor, actor: (await readToken(`Bearer ${secret}`, "x"))! };
  panel.daemon.jails.push(jail("web"));
});
afterEach(() => panel.stop());

const never = () => new AbortController().signal;
/** A file without an end, as a slow reader has one. */
const endless = (pulled: () => void, cancelled: () => void) =>
  new ReadableStream<Uint8Array>({
    pull: (controller) => {
      pulled();
      controller.enqueue(new Uint8Array(1024));
    },
    cancel: cancelled,
  });

describe("a download", () => {
  const open = (may: (now: Ctx) => Promise<unknown>) => {
    const state = { cancelled: false, aborted: false };
    const file = guardedFile(
      ctx,
      { signal: never() },
      async (signal) => {
        signal.addEventListener("abort", () => (state.aborted = true));
        return { status: 200, headers: {}, body: endless(() => {}, () => (state.cancelled = true)) }; // prettier-ignore
      },
      may,
    );
    return { file, state };
  };

  it("ends when the token does", async () => {
    const { file, state } = open(async () => {});
    const reader = (await file).body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
    expect((await reader.read()).done).toBe(false);
    await db().apiToken.deleteMany();
    await expect(readOn(reader)).rejects.toThrow();
    expect(state).toEqual({ cancelled: true, aborted: true });
  });

  it("ends when it is his no more, and goes on while the daemon is away", async () => {
    let asked = 0;
    const { file, state } = open(async (now) => {
      expect(now.actor.id).toBe(ctx.actor.id);
      throw new KnastError(++asked === 1 ? "unavailable" : "not_found");
    });
    const reader = (await file).body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
    await expect(readOn(reader)).rejects.toThrow();
    expect([asked, state.cancelled]).toEqual([2, true]);
  });

  it("asks no more when its reader has gone", async () => {
    const { file, state } = open(async () => {});
    const { body } = await file;
    await body.cancel();
    await until(() => state.cancelled);
  });
});

describe("events", () => {
  it("of a job end when it is his no more", async () => {
    const begun = job("jail.start", "web", { jailId: panel.daemon.jails[0]!.id });
    panel.daemon.jobs.push(begun);
    panel.daemon.goesOn = true;
    panel.daemon.events.set(begun.id, [{ kind: "output", seq: 0, at: "x", text: "a" }]);
    const events = await followJob(ctx, { job: begun.id, after: -1 });
    expect((await events.next()).value).toMatchObject({ text: "a" });
    await db().apiToken.deleteMany();
    const ended = await events.next().then(({ done }) => done, () => true); // prettier-ignore
    expect(ended).toBe(true);
  }, 20_000);

  it("of a job and of the jails end when the token does", async () => {
    const begun = job("jail.start", "web", { jailId: panel.daemon.jails[0]!.id });
    panel.daemon.jobs.push(begun);
    panel.daemon.goesOn = true;
    panel.daemon.events.set(begun.id, [{ kind: "output", seq: 0, at: "x", text: "a" }]);
    const ended: string[] = [];
    const got: unknown[] = [];
    const request = { header: () => null } as never;
    const openJob = await jobEvents(ctx, { job: begun.id }, request);
    const closeJob = openJob(({ data }) => got.push(data), () => ended.push("job")); // prettier-ignore
    const openJails = await jailEvents(ctx);
    const closeJails = openJails(({ data }) => got.push(data), () => ended.push("jails")); // prettier-ignore
    await until(() => got.length >= 2);
    expect(ended).toEqual([]);
    await db().apiToken.deleteMany();
    await until(() => ended.includes("jails") && ended.includes("job"));
    closeJob();
    closeJails();
    const left = await Promise.allSettled(Array.from({ length: 17 }, () => jailEvents(ctx)));
    expect(left.filter(({ status }) => status === "rejected")).toHaveLength(1);
  });
});

async function readOn(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (Date.now() < deadline) {
    await reader.read();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error("waited in vain");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
