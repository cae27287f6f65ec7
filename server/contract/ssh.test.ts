import { describe, expect, it } from "vitest";
import { PanelSettings } from "./panel-settings.ts";
import { AddSshKeyForm, parseSshUser, SshGatewaySettings } from "./ssh.ts";

describe("a user name of ssh", () => {
  it("names a jail, and which shell in it", () => {
    const cases: [string, unknown][] = [
      ["erdgeist_org", { kind: "new" }],
      ["erdgeist_org+last", { kind: "last" }],
      ["erdgeist_org:last", { kind: "last" }],
      ["erdgeist_org+2", { kind: "number", number: 2 }],
      ["erdgeist_org+3fa9c1", { kind: "id", begins: "3fa9c1" }],
      [`erdgeist_org:${"0f".repeat(16)}`, { kind: "id", begins: "0f".repeat(16) }],
    ];
    for (const [user, which] of cases) expect(parseSshUser(user), user).toEqual({ jail: "erdgeist_org", which });
  });

  it("is nothing else", () => {
    const users = [
      "",
      "root",
      "+",
      "+last",
      "a+",
      "a+0",
      "a+1234+1",
      "a+3FA9C1",
      "A",
      "a b",
      "a\n",
      "a+12345z",
      "a:b:c",
      "../a",
      "a+1000",
      `a+${"a".repeat(33)}`,
      "x".repeat(32),
    ];
    for (const user of users) expect(parseSshUser(user), user).toBeNull();
  });
});

describe("what the admin says of the gateway", () => {
  it("is off until he says otherwise, and off when it can't be read", () => {
    const off = { on: false, address: "127.0.0.1", port: 2222 };
    const key = PanelSettings.shape["ssh-gateway"];
    expect(key.parse(undefined)).toEqual(off);
    for (const odd of [
      null,
      true,
      { on: true },
      { on: true, address: "localhost", port: 2222 },
      { on: true, address: "::1", port: 0 },
    ])
      expect(key.parse(odd)).toEqual(off);
    expect(key.parse({ on: true, address: "::1", port: 22 })).toEqual({ on: true, address: "::1", port: 22 });
  });

  it("takes addresses and ports only", () => {
    const good = { on: true, address: "192.0.2.1", port: 2222 };
    expect(SshGatewaySettings.safeParse(good).success).toBe(true);
    for (const bad of [
      { address: "" },
      { address: "panel.example.org" },
      { address: "192.0.2.1/24" },
      { address: "::1%lo0" },
      { port: 65536 },
      { port: 1.5 },
      { port: "22" },
      { x: 1 },
    ])
      expect(SshGatewaySettings.safeParse({ ...good, ...bad }).success, JSON.stringify(bad)).toBe(false);
  });
});

describe("the form of a key", () => {
  it("refuses private keys of all makes before anything else looks at them", () => {
    for (const key of [
      "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blbn",
      "-----BEGIN RSA PRIVATE KEY-----\n",
      "PuTTY-User-Key-File-3: ssh-ed25519\nPrivate-Lines: 1",
    ]) {
      const result = AddSshKeyForm.safeParse({ name: "", key });
      expect(result.error?.issues[0]?.message).toMatch(/^This is a private key/);
    }
  });
});
