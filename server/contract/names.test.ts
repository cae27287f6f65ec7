import { describe, expect, it } from "vitest";
import { KnastError, ERRORS, Failure } from "./errors.ts";
import {
  AccountName,
  HostPath,
  Hostname,
  JailName,
  RESERVED_ACCOUNT_NAMES,
  RESERVED_JAIL_NAMES,
  SshKey,
  jailNameFromHostname,
} from "./names.ts";
import { AcceptAsGuestForm, CreateFriendForm, SetUpForm } from "./panel.ts";
import { TERMINAL_PREFIX, VERBS } from "./daemon.ts";
import { attachQuery, parseAttach } from "./terminal-path.ts";

const ok = (schema: { safeParse(value: unknown): { success: boolean } }, value: unknown) =>
  schema.safeParse(value).success;

describe("names", () => {
  it("makes a jail's name of a host name as row 5 has it", () => {
    expect(jailNameFromHostname("erdgeist.org")).toBe("erdgeist_org");
    expect(jailNameFromHostname("my-host.example.org")).toBe("my_host_example_org");
    expect(jailNameFromHostname("4chan.example")).toBe("j_4chan_example");
    const long = jailNameFromHostname(`${"a".repeat(60)}.org`);
    expect(ok(JailName, long)).toBe(true);
  });

  it("reserves words whose own form would be allowed, so that each one is needed", () => {
    for (const name of RESERVED_JAIL_NAMES) {
      expect(ok(JailName, name), name).toBe(false);
      expect(ok(JailName, `${name}x`), name).toBe(true);
    }
  });

  it("lets nobody become an actor that is no account", () => {
    const password = "correct horse battery staple";
    for (const name of RESERVED_ACCOUNT_NAMES) {
      expect(ok(AccountName, name), name).toBe(true);
      for (const each of [name, `${name}x`]) {
        const may = each !== name;
        expect(ok(CreateFriendForm, { name: each }), each).toBe(may);
        expect(ok(SetUpForm, { token: "t", name: each, password }), each).toBe(may);
        expect(ok(AcceptAsGuestForm, { token: "t", name: each, password }), each).toBe(may);
      }
    }
  });

  it("takes host names after RFC 1123 only", () => {
    for (const good of ["a", "erdgeist.org", "xn--bcher-kva.example", "1.2.example", `${"a".repeat(63)}.org`])
      expect(ok(Hostname, good), good).toBe(true);
    for (const bad of [
      "",
      "-a",
      "a-",
      "a..b",
      ".a",
      "a.",
      "A.org",
      "a b",
      "a_b",
      "ä.org",
      "a\n",
      "x';",
      `${"a".repeat(64)}.org`,
      `${"a.".repeat(127)}a`,
    ])
      expect(ok(Hostname, bad), bad).toBe(false);
  });

  it("takes public keys without options, paths without dot segments", () => {
    const key = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${"A".repeat(43)} anna@laptop`;
    expect(ok(SshKey, key)).toBe(true);
    for (const bad of [
      `command="x" ${key}`,
      `${key}\nssh-ed25519 AAAA`,
      "ssh-dss AAAA",
      "-----BEGIN OPENSSH PRIVATE KEY-----",
      "",
    ])
      expect(ok(SshKey, bad), bad).toBe(false);
    for (const good of ["/", "/usr/jails", "/a..b/c.d", "/.hidden"]) expect(ok(HostPath, good), good).toBe(true);
    for (const bad of ["", "a", "/..", "/a/../b", "/a/.", "/./a", "/a\0b", "/a\nb"])
      expect(ok(HostPath, bad), bad).toBe(false);
  });
});

describe("the protocol", () => {
  it("refuses keys that no verb knows", () => {
    expect(ok(VERBS["jail.start"].input, { name: "mail" })).toBe(true);
    expect(ok(VERBS["jail.start"].input, { name: "mail", argv: ["-r"] })).toBe(false);
    expect(ok(VERBS["jail.start"].input, { name: "*" })).toBe(false);
    expect(ok(VERBS["jail.create"].input, { hostname: "a.org", interface: "em0", path: "/etc" })).toBe(false);
    expect(ok(VERBS["host.info"].input, null)).toBe(false);
  });

  it("has one path for a terminal, to the letter", () => {
    const id = "0123456789abcdef".repeat(2);
    const typist = "fedcba9876543210".repeat(2);
    for (const how of [
      { from: null, typist: null },
      { from: 12, typist: null },
      { from: 0, typist },
      { from: null, typist },
    ])
      expect(parseAttach(TERMINAL_PREFIX, `/v1/terminals/${id}${attachQuery(how)}`)).toEqual({ terminal: id, ...how });
    for (const bad of [
      `/v1/terminals/${id}/`,
      `/v1/terminals/${id}?from=-1`,
      `/v1/terminals/${id}?from=01`,
      `//v1/terminals/${id}`,
      `http://x/v1/terminals/${id}`,
      `/v1/terminals/${id}?from=1&x=2`,
      `/v1/terminals/${id}?`,
      `/v1/terminals/${id}?as=${typist.toUpperCase()}`,
      `/v1/terminals/${id}?as=${typist}0`,
      `/v1/terminals/${id}?as=${typist}&from=1`,
      `/v1/terminals/${id}?from=1&as=`,
      `/ws/terminals/${id}`,
      "",
      undefined,
    ])
      expect(parseAttach(TERMINAL_PREFIX, bad), bad).toBe(null);
  });

  it("carries an error across without its cause", () => {
    const failure = new KnastError("start_failed", { cause: new Error("/usr/jails/secret") }).toFailure("r1");
    expect(Failure.parse(failure)).toEqual({
      code: "start_failed",
      message: ERRORS.start_failed.message,
      problems: [],
      requestId: "r1",
    });
    expect(JSON.stringify(failure)).not.toContain("secret");
  });
});
