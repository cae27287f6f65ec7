import { encode } from "next-auth/jwt";
import { afterEach, beforeEach, expect, it } from "vitest";
import { deviceCookieName } from "../sign-in/known-devices.ts";
import { type TestPanel, testPanel } from "../testing/panel.ts";
import { cookieName, cookieNameFor, readSession, secret } from "./read-session.ts";
import { beginSession } from "./sessions.ts";

let panel: TestPanel;
beforeEach(async () => {
  panel = await testPanel();
});
afterEach(() => panel.stop());

it("reads the session beside every other cookie of ours", async () => {
  const { actor } = await panel.actor("olaf");
  const token = await encode({ token: await beginSession(actor.id), secret: secret(), salt: cookieName() });
  const own = `${cookieName()}=${token}`;
  for (const other of [deviceCookieName("olaf"), deviceCookieName("anna"), cookieNameFor("-second")])
    for (const cookie of [`${other}=abc_DEF-123; ${own}`, `${own}; ${other}=abc_DEF-123`])
      expect(await readSession({ cookie }, false), cookie.replace(token, "…")).toMatchObject({ name: "olaf" });
});
