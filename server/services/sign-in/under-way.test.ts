import { afterEach, beforeEach, expect, it } from "vitest";
import { KnastError } from "../../contract/errors.ts";
import { TokenForm } from "../../contract/token.ts";
import { changePassword } from "../accounts/change-password.ts";
import { disableAccount } from "../accounts/disable-account.ts";
import { enableAccount } from "../accounts/enable-account.ts";
import { newPasswordLink } from "../accounts/new-password-link.ts";
import { hashPassword } from "../accounts/password-hash.ts";
import { actorOf } from "../accounts/sessions.ts";
import { setPassword } from "../accounts/set-password.ts";
import { verifyPassword } from "../accounts/verify-password.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { endSessionsOf } from "../sessions/end-sessions.ts";
import { listTokens } from "../tokens/list-tokens.ts";
import { makeToken } from "../tokens/make-token.ts";
import { readToken } from "../tokens/read-token.ts";
import { type TestPanel, testPanel, visitor } from "../testing/panel.ts";
import { enter, enterOrAsk } from "./enter.ts";

const PASSWORD = "right password";
const browser = { userAgent: "curl/8", device: () => null };
let panel: TestPanel;
let admin: Ctx;
let olaf: Ctx;
beforeEach(async () => {
  panel = await testPanel();
  admin = await panel.actor("anna", "admin");
  olaf = await panel.actor("olaf", "friend", await hashPassword(PASSWORD));
});
afterEach(() => panel.stop());

const code = (work: Promise<unknown>) =>
  work.then(
    () => "ok",
    (error: unknown) => (error instanceof KnastError ? error.code : String(error)),
  );
const checked = (password = PASSWORD) => verifyPassword(visitor, { name: "olaf", password });

it("a sign-in that was under way ends with what ends sessions", async () => {
  const account = olaf.actor.id;
  const ends: Record<string, () => Promise<unknown>> = {
    // By him, in a session that goes on: the first one, as the others end it.
    "a password changed": () => changePassword(olaf, { password: PASSWORD }),
    "all his sessions ended": () => endSessionsOf(admin, { account }),
    "disabled and enabled": async () => {
      await disableAccount(admin, { account });
      await enableAccount(admin, { account });
    },
    "a password by a link": async () => {
      const { url } = await newPasswordLink(admin, { account });
      await setPassword(visitor, { token: url.split("/").at(-1)!, password: PASSWORD });
    },
  };
  for (const [name, end] of Object.entries(ends)) {
    const [person, asked] = [await checked(), await checked()];
    await end();
    const sessions = await db().session.count({ where: { accountId: account } });
    expect(await code(enter(visitor, person, browser)), name).toBe("unauthenticated");
    // The same where a second step would be awaited next.
    await db().account.update({ where: { id: account }, data: { totpConfirmedAt: new Date() } });
    expect(await code(enterOrAsk(visitor, asked, browser)), name).toBe("unauthenticated");
    await db().account.update({ where: { id: account }, data: { totpConfirmedAt: null } });
    expect(await db().session.count({ where: { accountId: account } }), name).toBe(sessions);
    expect([await db().pendingSignIn.count(), await db().knownDevice.count()], name).toEqual([0, 0]);
  }
  expect(await code(checked().then((person) => enter(visitor, person, browser)))).toBe("ok");
});

it("a password that its person changes ends his tokens, and not the session that he changes it in", async () => {
  const form = TokenForm.parse({ name: "backup", rights: [], jails: null, days: 1 });
  const { secret } = await makeToken(olaf, form);
  const claims = { sub: olaf.actor.id, ver: 1, sid: olaf.actor.session };
  const come = (bearer: string) => readToken(`Bearer ${bearer}`, "192.0.2.9");
  expect(await come(secret)).not.toBeNull();
  await changePassword(olaf, { password: "another password" });
  expect(await come(secret)).toBeNull();
  expect((await listTokens(olaf)).map(({ state }) => state)).toEqual(["ended"]);
  expect(await actorOf(claims, true)).not.toBeNull();
  expect(await come((await makeToken(olaf, form)).secret)).not.toBeNull();
});
