import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { KnastError } from "../../contract/errors.ts";
import { SSH_KEYS_MAX, type SshGatewayState } from "../../contract/ssh.ts";
import { assignJail } from "../accounts/assign-jail.ts";
import { deleteAccount } from "../accounts/delete-account.ts";
import { disableAccount } from "../accounts/disable-account.ts";
import { enableAccount } from "../accounts/enable-account.ts";
import { forgive } from "../accounts/forgive.ts";
import { newPasswordLink } from "../accounts/new-password-link.ts";
import { PROOF_MS } from "../accounts/prove.ts";
import { beginSession } from "../accounts/sessions.ts";
import { setPassword } from "../accounts/set-password.ts";
import { PER_SOURCE } from "../accounts/waits.ts";
import { cameBy, stillActor } from "../accounts/still-actor.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { takeGrant } from "../grants/take-grant.ts";
import { listNotices } from "../notices/list-notices.ts";
import { setPolicy } from "../second-factor/set-policy.ts";
import { jail } from "../testing/fake-daemon.ts";
import { type TestPanel, testPanel, visitor } from "../testing/panel.ts";
import { addSshKey } from "./add-ssh-key.ts";
import { admitByKey } from "./admit-by-key.ts";
import { setSshGateway, showSshGateway, sshWay } from "./gateway.ts";
import { setGatewayHook } from "./gateway-hook.ts";
import { makeHostKey, readHostKey } from "./host-key.ts";
import { listSshKeys, listSshKeysOfOthers } from "./list-ssh-keys.ts";
import { parsePublicKey } from "./parse-public-key.ts";
import { removeSshKey } from "./remove-ssh-key.ts";
import { whoByKey } from "./ssh-key-actor.ts";
import { makeKeyPair } from "./make-key-pair.ts";

let panel: TestPanel;
let admin: Ctx;
let olaf: Ctx;
let nils: Ctx;
beforeEach(async () => {
  panel = await testPanel();
  admin = await panel.actor("anna", "admin");
  olaf = await panel.actor("olaf");
  nils = await panel.actor("nils");
  panel.daemon.jails.push(jail("web"), jail("mail"), jail("by_hand", { id: null }));
  await assignJail(admin, { name: "web", account: olaf.actor.id });
  await assignJail(admin, { name: "mail", account: nils.actor.id });
});
afterEach(() => panel.stop());

const newKey = () => makeKeyPair("ed25519", { comment: "laptop" }).public;
const failure = (work: Promise<unknown>) =>
  work.then(
    () => "ok",
    (error: unknown) => (error instanceof KnastError ? `${error.code}: ${error.message}` : String(error)),
  );
const come = (line: string | null, name: string | null, source = "192.0.2.9") =>
  admitByKey({ blob: line === null ? null : parsePublicKey(line).blob, jail: name, source });

describe("a key of an account", () => {
  it("is listed for its person, for others to the admin only, and named after its comment", async () => {
    const key = newKey();
    const added = await addSshKey(olaf, { name: "", key });
    expect(added).toMatchObject({ name: "laptop", type: "ssh-ed25519", state: "good", lastUsedAt: null });
    expect(added.fingerprint).toBe(parsePublicKey(key).fingerprint);
    expect(await listSshKeys(olaf)).toEqual([added]);
    expect(await listSshKeys(nils)).toEqual([]);
    expect(await listSshKeysOfOthers(admin)).toEqual([added]);
    expect(await failure(listSshKeysOfOthers(olaf))).toMatch(/^forbidden/);
  });

  it("is added by who has just proved himself, never by a token", async () => {
    const old = new Date(Date.now() - PROOF_MS - 1000);
    await db().session.update({ where: { id: olaf.actor.session }, data: { provedAt: old } });
    expect(await failure(addSshKey(olaf, { name: "", key: newKey() }))).toMatch(/^prove_first/);
    const scope = { token: "t", rights: [], jails: null, admin: true };
    const token = { ...admin, actor: { ...admin.actor, session: "", scope } };
    expect(await failure(addSshKey(token, { name: "", key: newKey() }))).toMatch(/^forbidden/);
    const bySsh = { ...nils, actor: { ...nils.actor, session: "", sshKey: "k" } };
    expect(await failure(addSshKey(bySsh, { name: "", key: newKey() }))).toMatch(/^prove_first/);
    expect(await db().sshKey.count()).toBe(0);
  });

  it("is one account's; another one is not told whose", async () => {
    const key = newKey();
    await addSshKey(olaf, { name: "mine", key });
    expect(await failure(addSshKey(olaf, { name: "again", key: key.replace("laptop", "other") }))).toBe(
      "invalid: You have this key already: mine.",
    );
    const words = await failure(addSshKey(nils, { name: "x", key }));
    expect(words).toBe("invalid: This key can't be used here. Make another one for this panel.");
    await disableAccount(admin, { account: olaf.actor.id });
    expect(await failure(addSshKey(nils, { name: "x", key }))).toBe(words);
  });

  it("is one of a few", async () => {
    for (let i = 0; i < SSH_KEYS_MAX; i++) await addSshKey(olaf, { name: `k${i}`, key: newKey() });
    expect(await failure(addSshKey(olaf, { name: "more", key: newKey() }))).toMatch(/^too_many/);
  });

  it("is removed by its person or the admin, not by others and not by a stolen token", async () => {
    const { id } = await addSshKey(olaf, { name: "x", key: newKey() });
    expect(await failure(removeSshKey(nils, { key: id }))).toBe(await failure(removeSshKey(nils, { key: "nothing" })));
    const scope = { token: "t", rights: [], jails: null, admin: false };
    expect(await failure(removeSshKey({ ...olaf, actor: { ...olaf.actor, scope } }, { key: id }))).toMatch(
      /^forbidden/,
    );
    await removeSshKey(olaf, { key: id });
    const other = await addSshKey(olaf, { name: "x", key: newKey() });
    await removeSshKey(admin, { key: other.id });
    expect(await db().sshKey.count()).toBe(0);
  });

  it("is told to its person when it comes and goes, on every channel that he has, whoever did it", async () => {
    const off = JSON.stringify({ "ssh-keys-changed": ["panel", "mail"] });
    const data = { email: "olaf@example.org", notifyByMail: true, noticeChannels: off };
    await db().account.update({ where: { id: olaf.actor.id }, data });
    const key = newKey();
    const { fingerprint } = parsePublicKey(key);
    const first = await addSshKey(olaf, { name: "laptop", key });
    await failure(addSshKey(olaf, { name: "again", key }));
    await failure(removeSshKey(nils, { key: first.id }));
    await removeSshKey(olaf, { key: first.id });
    const second = await addSshKey(olaf, { name: "tower", key });
    await removeSshKey(admin, { key: second.id });
    await failure(removeSshKey(admin, { key: second.id }));
    const end = "If this was not you, tell the host's admin at once.";
    const told = async (who: Ctx) =>
      (await listNotices(who)).notices.filter(({ kind }) => kind === "ssh-keys-changed").toReversed();
    expect((await told(olaf)).map(({ title, text, read }) => [title, text, read])).toEqual([
      ["An ssh key was added: laptop", `${fingerprint}, from ${olaf.source}. ${end}`, false],
      ["An ssh key was removed: laptop", `${fingerprint}, from ${olaf.source}. ${end}`, false],
      ["An ssh key was added: tower", `${fingerprint}, from ${olaf.source}. ${end}`, false],
      ["An ssh key was removed: tower", `${fingerprint}, by anna. ${end}`, false],
    ]);
    expect(await db().delivery.count({ where: { channel: "mail" } })).toBe(4);
    expect([await told(nils), await told(admin)]).toEqual([[], []]);
  });

  it("ends with what ends all sessions, and can be added anew", async () => {
    const key = newKey();
    const { id } = await addSshKey(olaf, { name: "x", key });
    await disableAccount(admin, { account: olaf.actor.id });
    await enableAccount(admin, { account: olaf.actor.id });
    expect(await listSshKeysOfOthers(admin)).toMatchObject([{ id, state: "ended" }]);
    expect(await come(key, "web")).toBeNull();
    const again: Ctx = { ...olaf, actor: { ...olaf.actor, session: (await beginSession(olaf.actor.id)).sid } };
    expect(await addSshKey(again, { name: "y", key })).toMatchObject({ name: "y", state: "good" });
    expect(await come(key, "web")).toMatchObject({ actor: { name: "olaf" } });
    const { url } = await newPasswordLink(admin, { account: olaf.actor.id });
    await setPassword(visitor, { token: url.split("/").at(-1)!, password: "quite another password" });
    expect(await come(key, "web")).toBeNull();
    await deleteAccount(admin, { account: olaf.actor.id });
    expect(await db().sshKey.count()).toBe(0);
  });
});

describe("who signs in by a key", () => {
  it("comes as its account, without a session, and is noted", async () => {
    const key = newKey();
    const { id } = await addSshKey(olaf, { name: "x", key });
    const who = await come(key, "web", "192.0.2.77");
    expect(who).toMatchObject({ settling: false, actor: { id: olaf.actor.id, name: "olaf", session: "", sshKey: id } });
    expect(await listSshKeys(olaf)).toMatchObject([{ lastUsedFrom: "192.0.2.77", lastUsedAt: expect.any(String) }]);
    expect(panel.audit.at(-1)).toMatch(/"what":"ssh.sign-in".*"source":"192.0.2.77".*"jail":"web".*"result":"ok"/);
    // The admin may go everywhere, as everywhere in the panel.
    const his = newKey();
    await addSshKey(admin, { name: "x", key: his });
    for (const name of ["web", "mail", "by_hand"]) expect(await come(his, name)).not.toBeNull();
  });

  it("is refused alike whatever the reason, after the same questions", async () => {
    const key = newKey();
    await addSshKey(olaf, { name: "x", key });
    await db().grant.updateMany({ where: { accountId: nils.actor.id }, data: { shell: false } });
    const noShell = newKey();
    await addSshKey(nils, { name: "x", key: noShell });
    const cases: [string, string | null, string | null][] = [
      ["an unknown key", newKey(), "web"],
      ["a wrong signature", null, "web"],
      ["a jail of another", key, "mail"],
      ["no jail", key, "nothing"],
      ["no name of a jail", key, null],
      ["without the right to shells", noShell, "mail"],
      ["by hand", key, "by_hand"],
    ];
    const asked: string[] = [];
    for (const [i, [what, line, name]] of cases.entries()) {
      const heard = panel.daemon.heard.length;
      expect(await come(line, name, `192.0.2.${100 + i}`), what).toBeNull();
      asked.push(
        panel.daemon.heard
          .slice(heard)
          .map(({ verb }) => verb)
          .join(),
      );
    }
    expect(new Set(asked)).toEqual(new Set(["jail.list"]));
    expect(
      panel.audit.slice(-cases.length).every((line) => /"result":"refused","code":"unauthenticated"/.test(line)),
    ).toBe(true);
  });

  it("is slowed down by the address from which he fails, and by no other one", async () => {
    const key = newKey();
    await addSshKey(olaf, { name: "x", key });
    for (let i = 0; i < PER_SOURCE; i++) await come(newKey(), "web", "2001:db8::1");
    expect(await come(key, "web", "2001:db8::2")).toBeNull();
    expect(await come(key, "web", "2001:db8:0:1::2")).not.toBeNull();
    expect(panel.audit.some((line) => /"what":"ssh.sign-in".*"code":"too_many"/.test(line))).toBe(true);
    // It is not the account's: nobody else's sign-in waits for it.
    expect(await forgive("olaf")).toBe(0);
  });

  it("is refused while knastd is away", async () => {
    const key = newKey();
    await addSshKey(olaf, { name: "x", key });
    panel.daemon.answer["jail.list"] = () => {
      throw new KnastError("unavailable");
    };
    expect(await come(key, "web")).toBeNull();
  });
});

describe("what is open by a key", () => {
  const open = async () => {
    const key = newKey();
    const { id } = await addSshKey(olaf, { name: "x", key });
    const name = cameBy((await come(key, "web"))!.actor);
    expect(name).toBe(`ssh:${id}`);
    expect(await stillActor(name, false)).toMatchObject({ name: "olaf", sshKey: id });
    return { id, name, key };
  };

  it("ends with the key, the account, and a second factor that is missing", async () => {
    const one = await open();
    await removeSshKey(olaf, { key: one.id });
    expect(await stillActor(one.name, true)).toBeNull();
    const two = await open();
    await setPolicy(admin, { policy: "all" });
    expect(await stillActor(two.name, true)).toBeNull();
    expect(await whoByKey(two.id)).toMatchObject({ settling: true });
    expect(await come(two.key, "web")).toMatchObject({ settling: true });
    await setPolicy(admin, { policy: "admins" });
    expect(await stillActor(two.name, true)).not.toBeNull();
    await takeGrant(admin, { name: "web", account: olaf.actor.id });
    expect(await stillActor(two.name, true)).not.toBeNull();
    expect(await come(two.key, "web")).toBeNull();
    await disableAccount(admin, { account: olaf.actor.id });
    expect(await stillActor(two.name, true)).toBeNull();
  });
});

describe("the gateway's switch", () => {
  afterEach(() => setGatewayHook(undefined));
  const form = { on: true, address: "127.0.0.1", port: 2222 };

  it("is the admin's who has just proved himself, and makes the host key at its first use", async () => {
    expect(readHostKey()).toBeNull();
    expect(await failure(setSshGateway(olaf, form))).toMatch(/^forbidden/);
    expect(await failure(showSshGateway(olaf))).toMatch(/^forbidden/);
    const old = new Date(Date.now() - PROOF_MS - 1000);
    await db().session.update({ where: { id: admin.actor.session }, data: { provedAt: old } });
    expect(await failure(setSshGateway(admin, form))).toMatch(/^prove_first/);
    expect(readHostKey()).toBeNull();
    await db().session.update({ where: { id: admin.actor.session }, data: { provedAt: new Date() } });
    const { hostKey } = await setSshGateway(admin, form);
    expect(hostKey).toMatchObject({ type: "ssh-ed25519", fingerprint: readHostKey()!.fingerprint });
    expect(JSON.stringify(await showSshGateway(admin))).not.toContain("PRIVATE");
    expect(makeHostKey().fingerprint).toBe(hostKey!.fingerprint);
    expect(await sshWay(olaf)).toBeNull();
  });

  it("stays as it was where the gateway can't listen", async () => {
    let state: SshGatewayState = { state: "failed", why: "Something else listens there already." };
    setGatewayHook({ apply: async () => {}, state: () => state });
    const error = await setSshGateway(admin, form).catch((one: KnastError) => one);
    expect(error).toMatchObject({
      code: "invalid",
      problems: [{ field: "port", message: "Something else listens there already." }],
    });
    expect((await showSshGateway(admin)).settings.on).toBe(false);
    state = { state: "listening", connections: 0 };
    await setSshGateway(admin, form);
    expect(await sshWay(olaf)).toMatchObject({ host: "127.0.0.1", port: 2222 });
  });
});
