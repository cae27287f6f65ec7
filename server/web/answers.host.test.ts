import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serverActions } from "../../e2e/action-table.ts";
import { startPanel, type Panel } from "../../e2e/panel.ts";
import { createFriend } from "../services/accounts/create-friend.ts";
import { disableAccount } from "../services/accounts/disable-account.ts";
import { hashPassword } from "../services/accounts/password-hash.ts";
import { setPassword } from "../services/accounts/set-password.ts";
import { useSink } from "../services/audit/record.ts";
import type { Ctx } from "../services/context.ts";
import { db, openDb, useDb } from "../services/db.ts";

let panel: Panel;
let admin: Ctx;
const before = { ...process.env };

// The panel that a user starts; this process plays the admin on the same database and daemon.
beforeAll(async () => {
  panel = await startPanel();
  Object.assign(process.env, { KNAST_STATE: panel.state, KNAST_SOCKET: panel.socket });
  useDb(openDb(join(panel.state, "web/knast.db")));
  useSink(() => {});
  const passwordHash = await hashPassword("correct horse battery");
  const { id } = await db().account.create({ data: { name: "anna", role: "admin", passwordHash } });
  const actor = { id, name: "anna", role: "admin", session: "" } as const;
  admin = { actor, source: "test", origin: panel.url, requestId: "test" };
}, 400_000);
afterAll(async () => {
  await db().$disconnect();
  useDb(undefined);
  useSink();
  for (const name of ["KNAST_STATE", "KNAST_SOCKET"] as const)
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  await panel?.stop();
});

const get = (path: string, cookie = "", init: RequestInit = {}) =>
  fetch(panel.url + path, { redirect: "manual", ...init, headers: { cookie, ...(init.headers as object) } });

/** Signs in as the page's script does. @returns the session cookie and how it was set */
async function signIn(name: string, password: string): Promise<{ cookie: string; set: string }> {
  const { id, page } = serverActions().find(({ key }) => key === "app/(auth)/actions.ts#signIn")!;
  const answer = await get(page, "", {
    method: "POST",
    headers: { origin: panel.url, "next-action": id, "content-type": "text/plain;charset=UTF-8" },
    body: JSON.stringify([{ name, password }]),
  });
  const set = answer.headers.getSetCookie().find((each) => /^knast-[0-9a-f]{8}=[^;]/.test(each)) ?? "";
  return { cookie: set.split(";")[0]!, set };
}

async function friend(name: string): Promise<{ id: string; cookie: string }> {
  const { account, link } = await createFriend(admin, { name, jails: [], rights: [] });
  await setPassword(admin, { token: link.url.split("/").at(-1)!, password: "a friend's password" });
  return { id: account.id, cookie: (await signIn(name, "a friend's password")).cookie };
}

describe("every answer", () => {
  it("carries the security headers, whatever it is", async () => {
    const { cookie } = await signIn("anna", "correct horse battery");
    const posted: RequestInit = { method: "POST", body: "{}" };
    const answers = await Promise.all([
      get("/"),
      get("/sign-in"),
      get("/nothing/here"),
      get("/jails", cookie),
      get("/jails/absent", cookie),
      get("/jails/%2e%2e%2fetc", cookie),
      get("/jails/%", cookie),
      get("/api/live"),
      get("/api/jobs/absent/events", cookie),
      get("/api/auth/session", cookie),
      get("/api/auth/nothing"),
      get("/_next/static/nothing.js"),
      get("/icon.svg"),
      get("/sign-in", "", posted),
      get("/sign-in", "", { ...posted, headers: { origin: panel.url, "next-action": "0".repeat(42) } }),
      get("/api/live", "", { method: "DELETE" }),
    ]);
    for (const { headers, url, status } of answers) {
      const where = `${status} ${url}`;
      expect(headers.get("content-security-policy"), where).toMatch(
        /script-src 'self' 'nonce-[^']+' 'wasm-unsafe-eval'; .*frame-ancestors 'none'/,
      );
      expect(headers.get("x-content-type-options"), where).toBe("nosniff");
      expect(headers.get("referrer-policy"), where).toBe("no-referrer");
      expect(headers.get("cross-origin-opener-policy"), where).toBe("same-origin");
      expect(headers.get("x-powered-by"), where).toBeNull();
      expect(headers.get("access-control-allow-origin"), where).toBeNull();
    }
    expect(answers.map(({ status }) => status)).toEqual([
      307, 200, 404, 200, 404, 404, 400, 401, 404, 200, 400, 404, 200, 403, 409, 405,
    ]);
  });

  it("gives each page a nonce of its own, and no script without it", async () => {
    const pages = await Promise.all(["/sign-in", "/nothing", "/sign-in"].map(async (path) => (await get(path)).text()));
    const nonces = pages.map((html) => {
      const scripts = html.match(/<script\b[^>]*>/g) ?? [];
      expect(scripts.length).toBeGreaterThan(0);
      for (const script of scripts) expect(script).toMatch(/nonce="[^"]+"/);
      return /nonce="([^"]+)"/.exec(html)![1];
    });
    expect(new Set(nonces).size).toBe(3);
  });
});

describe("a session", () => {
  it("is a cookie that scripts and other sites never get", async () => {
    const { set } = await signIn("anna", "correct horse battery");
    expect(set).toMatch(/; HttpOnly/i);
    expect(set).toMatch(/; SameSite=Strict/i);
    expect(set).toMatch(/; Path=\//i);
    expect(set).not.toMatch(/Domain=/i);
    expect((await signIn("anna", "wrong")).cookie).toBe("");
  });

  it("ends at the next request and in the open stream when the account is disabled", async () => {
    const { id, cookie } = await friend("olaf");
    const live = await get("/api/live", cookie);
    expect(live.status).toBe(200);
    const reader = live.body!.getReader();
    await reader.read();
    await disableAccount(admin, { account: id });
    expect((await get("/api/live", cookie)).status).toBe(401);
    expect((await get("/jails", cookie)).headers.get("location")).toBe("/sign-in");
    const deadline = Date.now() + 5000;
    for (;;) {
      const late = new Promise<"late">((resolve) =>
        setTimeout(() => resolve("late"), Math.max(0, deadline - Date.now())),
      );
      const next = await Promise.race([reader.read(), late]);
      if (next === "late") throw new Error("the stream is still open");
      if (next.done) break;
    }
  });

  it("of a friend answers the same for what is not his and what is not there", async () => {
    const { cookie } = await friend("berta");
    const { job } = await import("../services/host/install-base.ts").then(({ installBase }) =>
      installBase(admin, { name: "basejail", source: { kind: "directory", path: "/nowhere" } }),
    );
    const body = async (path: string) => {
      const answer = await get(path, cookie);
      return [answer.status, await answer.text()];
    };
    const absent = await body(`/api/jobs/${"0".repeat(32)}/events`);
    expect(absent[0]).toBe(404);
    expect(await body(`/api/jobs/${job}/events`)).toEqual(absent);
    expect(await body("/api/jobs/none/events")).toEqual(absent);
    for (const path of ["/host", "/friends", "/jails/new", "/set-up"])
      expect((await get(path, cookie)).status, path).toBe(404);
  });
});
