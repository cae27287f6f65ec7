import { randomBytes } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Call, Daemon } from "../daemon.ts";
import { openShellHouse } from "./testing/shell-house.ts";
import type { ViewerClient } from "./testing/viewer-client.ts";
import { TOGETHER_HANDLERS } from "./together.ts";

let house: Awaited<ReturnType<typeof openShellHouse>>;
let daemon: Daemon;
beforeAll(async () => {
  house = await openShellHouse({ limits: { total: 50, perActor: 50, perJail: 50, killAfter: 300, patience: 300 } });
  daemon = { terminals: house.terminals } as Daemon;
});
afterAll(() => house.close());
afterEach(async () => {
  for (const { id } of house.terminals.alive()) house.terminals.close(id);
});

const by = (actor: string): Call => ({ actor, key: null });
const ACCOUNTS: Record<string, string> = { greta: "g1", emil: "e1", anna: "a1", admin: "r1" };
const share = (terminal: string, who = "anna") =>
  TOGETHER_HANDLERS["terminal.share"](daemon, { terminal, minutes: 60 }, by(who));
const knock = (token: string, who: string) =>
  TOGETHER_HANDLERS["terminal.knock"](daemon, { token, account: ACCOUNTS[who]! }, by(who));
const look = (token: string, who: string) =>
  TOGETHER_HANDLERS["terminal.invited"](daemon, { token, account: ACCOUNTS[who]! }, by(who));
const admit = (terminal: string, guest: string, as: "read" | "type" | "none", who = "anna") =>
  TOGETHER_HANDLERS["terminal.admit"](daemon, { terminal, guest, as }, by(who));
const unshare = (terminal: string, who = "anna") =>
  TOGETHER_HANDLERS["terminal.unshare"](daemon, { terminal }, by(who));
const absent = expect.objectContaining({ code: "not_found" });
const people = (viewer: ViewerClient) =>
  viewer.company?.people.map(({ name, mode, here }) => `${name} ${mode}${here ? "" : " away"}`).sort();

/** A shell of anna's that greta was let in to. */
async function together(as: "read" | "type" = "read") {
  const { terminal } = await house.open("anna");
  const anna = house.viewAs("anna", terminal);
  await anna.see("$ ");
  const { token } = await share(terminal);
  await knock(token, "greta");
  await admit(terminal, "greta", as);
  const greta = house.viewAs("greta", terminal);
  await greta.until(({ company }) => company !== null, "the company");
  return { terminal, token, anna, greta };
}

describe("a shell that is shown", () => {
  test("is nobody else's before its person has agreed; then the guest sees what was and what is printed", async () => {
    const { terminal } = await house.open("anna");
    const anna = house.viewAs("anna", terminal);
    await anna.see("$ ");
    anna.type("echo be''fore\r");
    await anna.see("before\r\n");
    const refused = async (who: string) => {
      const viewer = house.viewAs(who, terminal);
      await viewer.until(({ closeCode }) => closeCode !== null, "the refusal");
      expect(viewer.hellos).toEqual([]);
    };
    for (const who of ["greta", "admin", "emil"]) await refused(who);
    const { token } = await share(terminal);
    expect(await look(token, "greta")).toMatchObject({ owner: "anna", state: "stranger", shell: null });
    await refused("greta");
    await knock(token, "greta");
    await anna.until(({ company }) => company!.asks.includes("greta"), "the question");
    expect(await look(token, "greta")).toMatchObject({ state: "asking", shell: null });
    await refused("greta");
    await admit(terminal, "greta", "read");
    expect(await look(token, "greta")).toMatchObject({ state: "read", shell: { terminal, jail: "test" } });
    const greta = house.viewAs("greta", terminal);
    await greta.see("before");
    anna.type("echo now''adays\r");
    await greta.see("nowadays");
    // The link alone is worth nothing to a second person, and the admin has no other way.
    for (const who of ["emil", "admin"]) await refused(who);
  });

  test("what a reader types never reaches the pty, is counted, and is not typed later either", async () => {
    const { terminal, anna, greta } = await together("read");
    anna.type("cat > /dev/null; echo got-$?\r");
    for (let i = 0; i < 50; i++) greta.type("echo stolen-$((1+1))\r");
    greta.type("\x03\x04");
    const bytes = 50 * "echo stolen-$((1+1))\r".length + 2;
    await greta.until(({ typed }) => typed === bytes, "all was taken note of");
    expect((await TOGETHER_HANDLERS["terminal.shares"](daemon, {}, by("x"))).shares).toMatchObject([
      { terminal, owner: "anna", guests: [{ name: "greta", mode: "read", unheard: bytes }] },
    ]);
    expect(house.terminals.list()[0]!.lastInputAt).not.toBeNull();
    anna.type("\x04");
    await anna.see("got-0");
    await admit(terminal, "greta", "type");
    anna.type("echo mar''ker\r");
    await anna.see("marker");
    expect(anna.text).not.toContain("stolen");
    expect(greta.text).not.toContain("stolen");
  });

  test("the keyboard is passed on and taken back by one word each, and everybody sees who has it", async () => {
    const { terminal, anna, greta } = await together("read");
    await anna.until((one) => people(one)!.includes("greta read"), "both are there");
    expect([people(anna), people(greta), greta.company!.you]).toEqual([
      ["anna owner", "greta read"],
      ["anna owner", "greta read"],
      "read",
    ]);
    await admit(terminal, "greta", "type");
    await greta.until(({ company }) => company!.you === "type", "the keyboard");
    greta.type("echo by-gre''ta\r");
    await anna.see("by-greta");
    await admit(terminal, "greta", "read");
    await anna.until((one) => people(one)!.includes("greta read"), "it is taken back");
    greta.type("echo too-la''te\r");
    anna.type("echo by-an''na\r");
    await greta.see("by-anna");
    expect(anna.text).not.toContain("too-late");
  });

  test("only its person shares, admits, passes the keyboard on and records", async () => {
    const { terminal, token } = await together("read");
    await knock(token, "emil");
    for (const who of ["greta", "emil", "admin", "root"]) {
      await expect(share(terminal, who)).rejects.toEqual(absent);
      await expect(unshare(terminal, who)).rejects.toEqual(absent);
      await expect(admit(terminal, "greta", "type", who)).rejects.toEqual(absent);
      await expect(admit(terminal, "emil", "read", who)).rejects.toEqual(absent);
      await expect(TOGETHER_HANDLERS["terminal.record"](daemon, { terminal, on: true }, by(who))).rejects.toEqual(
        absent,
      );
    }
    expect(await look(token, "emil")).toMatchObject({ state: "asking" });
  });

  test("a question is said to be unseen once, and only while its person has no page of it", async () => {
    const { terminal } = await house.open("anna");
    const { token } = await share(terminal);
    const unseen = async (who: string) => (await knock(token, who)).unseen;
    // By ssh, or whatever else has no name of its own, nobody is shown the question.
    const bySsh = house.viewAs("anna", terminal, null);
    await bySsh.until(({ hellos }) => hellos.length > 0, "the hello");
    expect(await unseen("greta")).toEqual({ jail: "test", id: null });
    expect(await unseen("greta")).toBeNull();
    await admit(terminal, "greta", "none");
    expect(await unseen("greta")).toBeNull();
    const anna = house.viewAs("anna", terminal);
    await anna.until(({ hellos }) => hellos.length > 0, "the hello");
    expect(await unseen("emil")).toBeNull();
    await admit(terminal, "emil", "read");
    const emil = house.viewAs("emil", terminal);
    await emil.until(({ hellos }) => hellos.length > 0, "the hello");
    anna.ws.close(1000);
    await anna.until(({ closeCode }) => closeCode !== null, "her leaving");
    // A guest who looks is not she.
    await expect.poll(() => house.terminals.find(terminal)!.seesQuestions).toBe(false);
    expect(await unseen("admin")).toEqual({ jail: "test", id: null });
  });

  test("a refusal shows nothing and is not asked again", async () => {
    const { terminal } = await house.open("anna");
    const anna = house.viewAs("anna", terminal);
    const { token } = await share(terminal);
    await knock(token, "emil");
    await admit(terminal, "emil", "none");
    expect(await knock(token, "emil")).toMatchObject({ state: "refused", shell: null });
    await anna.until(({ company }) => company !== null && company.asks.length === 0, "no question is left");
  });

  test("to stop cuts everybody off at once, also one who reads nothing and says no goodbye", async () => {
    const { terminal, token, anna, greta } = await together("type");
    await knock(token, "emil");
    await admit(terminal, "emil", "read");
    const emil = house.viewAs("emil", terminal);
    await emil.until(({ company }) => company !== null, "emil");
    emil.renders = false;
    emil.ws.pause();
    const begun = Date.now();
    await unshare(terminal);
    await greta.until(({ exit, closeCode }) => exit !== null && closeCode !== null, "greta is out", 2000);
    expect(greta.exit).toEqual({ t: "exit", status: null, signal: null, reason: "sharing-ended" });
    await anna.until((one) => one.company!.people.length === 1 && one.company!.until === null, "anna is alone", 2000);
    expect(Date.now() - begun).toBeLessThan(2000);
    anna.type("echo se''cret\r");
    await anna.see("secret");
    emil.ws.resume();
    await emil.until(({ closeCode }) => closeCode !== null, "emil is out");
    expect(emil.text + greta.text).not.toContain("secret");
    await expect(look(token, "greta")).rejects.toEqual(absent);
    const again = house.viewAs("greta", terminal);
    await again.until(({ closeCode }) => closeCode !== null, "no way back");
    expect(again.hellos).toEqual([]);
  });

  test("a guest has the owner's size, whatever his own window is", async () => {
    const { anna, greta } = await together("type");
    greta.resize(300, 90);
    greta.type("stty size\r");
    await anna.see("24 80");
    anna.resize(91, 33);
    await greta.until(({ size }) => size?.cols === 91 && size.rows === 33, "the new size");
    greta.type("stty size\r");
    await anna.see("33 91");
  });

  test("a reader who renders nothing holds nobody up, and answers no question of a program", async () => {
    const { anna, greta } = await together("read");
    greta.renders = false;
    anna.type("stty -echo; printf '\\033[6n'; head -c 4000000 /dev/zero | tr '\\0' x; echo en''d\r");
    greta.type("\x1b[1;1R");
    await anna.until(({ text }) => text.endsWith("end\r\n$ ") || text.includes("end\r\n"), "all of it", 30_000);
    anna.type("echo fr''ee\r");
    await anna.see("free");
    expect(anna.text).not.toContain("1;1R");
  });

  test("a guest with the keyboard who types and then shows nothing holds its person only for a moment", async () => {
    const { anna, greta } = await together("type");
    let tail = "";
    anna.onLive = (bytes) => (tail = (tail + bytes.toString("latin1")).slice(-100));
    anna.type("stty -echo; read x; seq 400000; echo en''d\r");
    greta.renders = false;
    greta.type("x\r");
    await anna.until(() => tail.includes("end\r\n"), "all of it", 30_000);
  });

  test("guests never keep the owner out, and take no place under his name", async () => {
    const { terminal, anna, greta } = await together("read");
    const more = Array.from({ length: 6 }, () => house.viewAs("greta", terminal));
    await Promise.all(more.map((one) => one.until((it) => it.company !== null || it.closeCode !== null, "an answer")));
    expect(more.filter(({ closeCode }) => closeCode !== null).length).toBe(3);
    const second = house.viewAs("anna", terminal);
    await second.see("$ ");
    const name = randomBytes(16).toString("hex");
    const owner = house.viewAs("anna", terminal, name);
    await owner.until(({ hellos }) => hellos.length > 0, "hello");
    greta.ws.close(1000);
    await anna.until(() => greta.closeCode !== null, "one place is free");
    const thief = house.viewAs("greta", terminal, name);
    await thief.until(({ company, closeCode }) => company !== null || closeCode !== null, "an answer");
    expect(owner.closeCode).toBeNull();
  });

  test("ends with the shell, and its link with it", async () => {
    const { terminal, token, greta } = await together("read");
    house.terminals.close(terminal);
    await greta.until(({ exit }) => exit !== null, "the end");
    expect(greta.exit!.reason).toBe("closed");
    await expect(look(token, "greta")).rejects.toEqual(absent);
    await expect(share(terminal)).rejects.toEqual(absent);
  });

  test("the host's own root is seen by everybody too", async () => {
    const { terminal } = await house.open("anna");
    const anna = house.viewAs("anna", terminal);
    house.view(terminal);
    await anna.until((one) => people(one)?.includes("root type") ?? false, "root is seen");
  });

  test("who attaches without a name of his own hears of company once there is some", async () => {
    const { terminal } = await house.open("anna");
    const plain = house.viewAs("anna", terminal, null);
    await plain.see("$ ");
    expect(plain.company).toBeNull();
    const { token } = await share(terminal);
    await knock(token, "greta");
    await admit(terminal, "greta", "read");
    house.viewAs("greta", terminal);
    await plain.until((one) => people(one)?.includes("greta read") ?? false, "greta is seen");
  });
});
