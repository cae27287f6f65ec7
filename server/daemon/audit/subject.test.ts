import { describe, expect, it } from "vitest";
import type { Daemon } from "../daemon.ts";
import { Guests } from "../terminals/guests.ts";
import { subjectOf } from "./subject.ts";

const TERMINAL = "a".repeat(32);

/** A daemon with one shell, in the jail mail. */
function house() {
  const guests = new Guests("olaf", () => {}, () => {}); // prettier-ignore
  const shell = { terminal: TERMINAL, jail: "mail" };
  const terminals = {
    find: (id: string) => (id === shell.terminal ? { jail: { name: shell.jail } } : undefined),
    ended: () => [],
    alive: () => [{ guests, jail: { name: "mail" } }],
  };
  return { guests, daemon: { terminals } as unknown as Daemon };
}

describe("what is done with a shell", () => {
  it("is about its jail, whichever verb it is", () => {
    const { daemon } = house();
    for (const verb of ["share", "unshare", "admit", "record", "name", "close"] as const)
      expect(subjectOf(daemon, `terminal.${verb}`, { terminal: TERMINAL }, {}), verb).toMatchObject({
        jail: "mail",
        terminal: TERMINAL,
      });
  });

  it("is about its jail too for who knows a good link only, and about none for any other one", () => {
    const { daemon, guests } = house();
    const { token } = guests.share(60_000);
    const knock = (by: unknown) =>
      subjectOf(daemon, "terminal.knock", { token: by, account: "g" }, { state: "asking" });
    expect(knock(token)).toEqual({ jail: "mail" });
    for (const bad of ["x".repeat(43), "", undefined, 7]) expect(knock(bad)).toEqual({});
  });

  it("is a command, whatever that says", () => {
    const command = { text: "mysql -psecret", plain: true };
    const subject = (verb: "terminal.open" | "jail.start") =>
      subjectOf(house().daemon, verb, { name: "mail", command }, { terminal: TERMINAL });
    expect(subject("terminal.open")).toEqual({ jail: "mail", terminal: TERMINAL, object: "a command" });
    expect(subject("jail.start")).not.toHaveProperty("object");
  });

  it("names the recording that it made", () => {
    const recording = "mail-20260101T000000Z-aaaaaaaa.knast.cast";
    expect(subjectOf(house().daemon, "terminal.record", { terminal: TERMINAL, on: true }, { recording })).toEqual({
      jail: "mail",
      terminal: TERMINAL,
      object: recording,
    });
    expect(subjectOf(house().daemon, "recording.remove", { recording }, {})).toEqual({ object: recording });
  });
});
