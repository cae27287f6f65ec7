import { afterEach, beforeEach, expect, it } from "vitest";
import { KnastError } from "../../contract/errors.ts";
import { hashPassword } from "../accounts/password-hash.ts";
import { prove, proveWays } from "../accounts/prove.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { passkeyAloneOptions, signInByPasskey } from "../sign-in/passkey-alone.ts";
import { secondStepPasskey, takeStep } from "../sign-in/second-step.ts";
import { signInByPassword } from "../sign-in/sign-in.ts";
import { listNotices } from "../notices/list-notices.ts";
import { type TestPanel, testPanel, visitor as somebody } from "../testing/panel.ts";
import { addPasskey, beginPasskey } from "./register-passkey.ts";
import { removePasskey } from "./remove-passkey.ts";
import { softAuthenticator } from "./testing/authenticator.ts";

const origin = "https://panel.example.org";
const visitor = { ...somebody, origin };
const PASSWORD = "right password";
const browser = { userAgent: "", device: () => null };
let panel: TestPanel;
let anna: Ctx;
beforeEach(async () => {
  panel = await testPanel();
  anna = { ...(await panel.actor("anna", "admin", await hashPassword(PASSWORD))), origin };
});
afterEach(() => panel.stop());

const code = (work: Promise<unknown>) =>
  work.then(
    () => "ok",
    (error: unknown) => (error instanceof KnastError ? error.code : String(error)),
  );
async function withPasskey(ctx = anna) {
  const key = softAuthenticator(origin);
  const { challenge } = await beginPasskey(ctx);
  const { codes } = await addPasskey(ctx, { name: "the laptop", answer: key.make(challenge) });
  return { key, codes };
}
const alone = async () => (await passkeyAloneOptions(visitor)).challenge;
const enters = (passkey: ReturnType<ReturnType<typeof softAuthenticator>["answer"]>) =>
  code(signInByPasskey(visitor, { passkey }, browser));

it("is made once, by the panel's own page, for this session's challenge", async () => {
  const key = softAuthenticator(origin);
  const add = (answer: ReturnType<typeof key.make>, ctx = anna) => code(addPasskey(ctx, { name: "x", answer }));
  const fresh = async () => (await beginPasskey(anna)).challenge;
  expect(await add(key.make(await fresh(), { origin: "https://evil.example" }))).toBe("invalid");
  expect(await add(key.make(await fresh(), { rpId: "evil.example" }))).toBe("invalid");
  expect(await add(key.make(await fresh(), { type: "webauthn.get" }))).toBe("invalid");
  expect(await add(key.make(await alone()))).toBe("invalid");
  expect(await add(key.make("AAAA"))).toBe("invalid");
  const stig = { ...(await panel.actor("stig")), origin };
  expect(await add(key.make(await fresh()), stig)).toBe("invalid");
  const answer = key.make(await fresh());
  expect(await add(answer)).toBe("ok");
  expect(await add(answer)).toBe("invalid"); // its challenge is used up
  expect(await add(key.make(await fresh()))).toBe("exists");
  expect(await db().passkey.count()).toBe(1);
});

it("signs in alone when the authenticator has checked its person, and by nothing else", async () => {
  const { key, codes } = await withPasskey();
  expect(codes).toHaveLength(10);
  expect((await passkeyAloneOptions(visitor)).allowCredentials ?? []).toEqual([]);
  for (const lies of [
    { verified: false },
    { origin: "https://evil.example" },
    { origin: "http://panel.example.org" },
    { rpId: "example.org" },
    { type: "webauthn.create" },
  ])
    expect(await enters(key.answer(await alone(), lies)), JSON.stringify(lies)).toBe("invalid");
  expect(await enters(softAuthenticator(origin).answer(await alone()))).toBe("invalid");
  const other = { ...softAuthenticator(origin).answer(await alone()), id: key.id, rawId: key.id };
  expect(await enters(other)).toBe("invalid");
  const answer = key.answer(await alone());
  const all = await Promise.all(Array.from({ length: 8 }, () => enters(answer)));
  expect(all.filter((each) => each === "ok")).toHaveLength(1);
  await db().account.updateMany({ data: { disabledAt: new Date() } });
  expect(await enters(key.answer(await alone()))).toBe("invalid");
});

it("that does not count, as those kept in step over several devices, can't be replayed either", async () => {
  const { key } = await withPasskey();
  const answer = key.answer(await alone(), { counter: 0 });
  const all = await Promise.all(Array.from({ length: 8 }, () => enters(answer)));
  expect(all.filter((each) => each === "ok")).toHaveLength(1);
  expect(await enters(answer)).toBe("invalid");
  expect(await enters(key.answer(await alone(), { counter: 0 }))).toBe("ok");
});

it("of which there is a copy is refused by its counter", async () => {
  const { key } = await withPasskey();
  expect(await enters(key.answer(await alone(), { counter: 10 }))).toBe("ok");
  expect(await enters(key.answer(await alone(), { counter: 10 }))).toBe("invalid");
  expect(await enters(key.answer(await alone(), { counter: 9 }))).toBe("invalid");
  expect(await enters(key.answer(await alone(), { counter: 11 }))).toBe("ok");
});

it("is a second step, for the sign-in whose challenge it was and for its own account", async () => {
  const { key } = await withPasskey();
  const stig = { ...(await panel.actor("stig", "friend", await hashPassword(PASSWORD))), origin };
  const { key: his } = await withPasskey(stig);
  const begin = async (name: string) => {
    const entry = await signInByPassword(visitor, { name, password: PASSWORD }, browser);
    return entry.step === "second" ? entry.pending : expect.fail("no second step");
  };
  const [one, two] = [await begin("anna"), await begin("anna")];
  const options = await secondStepPasskey(visitor, one);
  expect(options.allowCredentials?.map((each) => each.id)).toEqual([key.id]);
  const step = (token: string, passkey: ReturnType<typeof key.answer>) =>
    code(takeStep(visitor, token, { passkey }, browser));
  expect(await step(two, key.answer(options.challenge))).toBe("invalid");
  expect(await step(one, his.answer(options.challenge))).toBe("invalid");
  expect(await step(one, key.answer(await alone()))).toBe("invalid");
  expect(await step(one, key.answer(options.challenge))).toBe("ok");
  expect(await code(secondStepPasskey(visitor, one))).toBe("unauthenticated");
  expect(await code(secondStepPasskey(visitor, null))).toBe("unauthenticated");
});

it("proves in its session only, and is taken off by its own person only", async () => {
  const { key } = await withPasskey();
  const stig = { ...(await panel.actor("stig")), origin };
  const { passkey } = await proveWays(anna);
  expect(await code(prove(stig, { passkey: key.answer(passkey!.challenge) }))).toBe("invalid");
  expect(await code(prove(anna, { passkey: key.answer(passkey!.challenge) }))).toBe("ok");
  expect(await code(removePasskey(stig, { id: key.id }))).toBe("not_found");
  expect(await code(removePasskey(anna, { id: key.id }))).toBe("ok");
  expect(await db().recoveryCode.count()).toBe(0);
});

it("asks for the same whoever asks, and keeps nothing of it", async () => {
  await withPasskey();
  const { challenge: one, ...first } = await passkeyAloneOptions(visitor);
  const before = await db().challenge.count();
  for (let i = 0; i < 100; i++) await passkeyAloneOptions(visitor);
  const { challenge: other, ...later } = await passkeyAloneOptions({ ...visitor, source: "198.51.100.1" });
  expect(later).toEqual(first);
  expect(other).not.toBe(one);
  expect(await db().challenge.count()).toBe(before);
});

it("may be tried only so often from one network", async () => {
  const { key } = await withPasskey();
  const codes = [];
  for (let i = 0; i < 22; i++) codes.push(await enters(key.answer("AAAA")));
  expect(codes).toEqual([...Array(20).fill("invalid"), "too_many", "too_many"]);
  const elsewhere = { ...visitor, source: "192.0.2.99" };
  const passkey = key.answer(await alone());
  expect(await code(signInByPasskey(elsewhere, { passkey }, browser))).toBe("ok");
});

it("is told to its person when it comes and goes", async () => {
  await withPasskey();
  const { id } = await db().passkey.findFirstOrThrow();
  expect(await code(removePasskey(anna, { id: "another" }))).toBe("not_found");
  await removePasskey(anna, { id });
  expect((await listNotices(anna)).notices.map(({ title }) => title).toReversed()).toEqual([
    "Your second factor was changed: the passkey the laptop was added",
    "Your second factor was changed: the passkey the laptop was removed",
  ]);
});
