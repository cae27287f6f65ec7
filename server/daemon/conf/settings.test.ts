import { expect, it } from "vitest";
import { editJailConf } from "./edit-jail-conf.ts";
import type { Parameter } from "./jail-export.ts";
import { otherParameters, readSettings, settingsChanges, unexpected } from "./settings.ts";
import { readJailConf } from "./testing/jail-conf-oracle.ts";

const params = (text: string): Parameter[] =>
  [...readJailConf(`mail { ${text} }`)[0]!.parameters].map(([name, values]) => ({
    name,
    value: values.length > 0 ? values.join(",") : null,
  }));
const read = (text: string) => readSettings(params(text), false);

it.each([
  ["", { childrenMax: 0, securelevel: -1, enforceStatfs: 2, devfsRuleset: 4, execTimeout: 0, stopTimeout: 10 }],
  ["securelevel = 7;", { securelevel: null }],
  ["devfs_ruleset = 10;", { devfsRuleset: null }],
  ["devfs_ruleset = five;", { devfsRuleset: null }],
  ["sysvmsg = new; sysvsem = new; sysvshm = new;", { sysvipc: true }],
  ["sysvmsg = disable;", { sysvipc: false }],
  ["sysvmsg = new;", { sysvipc: null }],
  ["sysvmsg = inherit; sysvsem = inherit; sysvshm = inherit;", { sysvipc: null }],
  ["allow.sysvipc;", { sysvipc: null }],
  ["host.hostname = 'not a name';", { hostname: null }],
  ["interface = em0; ip4.addr = 10.0.0.1;", { network: { interface: "em0", ip4: ["10.0.0.1"], ip6: [] } }],
  [
    "interface = em0; ip4.addr = '10.0.0.1/32'; ip6.addr = '2001:DB8::1/128';",
    { network: { interface: "em0", ip4: ["10.0.0.1"], ip6: ["2001:db8::1"] } },
  ],
  ["interface = em0; ip4.addr = '10.0.0.1/24';", { network: null }],
  ["interface = em0; ip4.addr = 'em1|10.0.0.1';", { network: null }],
  ["ip4.addr = 10.0.0.1;", { network: null }],
  ["vnet; interface = em0;", { network: null }],
  ["depend = www, 'by.hand';", { depend: null }],
])("reads %j", (text, expected) => expect(read(text)).toMatchObject(expected));

it("changes only what differs, and keeps addresses as they are written", () => {
  const text = "interface = em0; ip4.addr = 10.0.0.1, '10.0.0.2/32'; allow.mlock = 0; exec.start = '/bin/sh /etc/rc';";
  const now = read(text);
  expect(settingsChanges(params(text), now, now)).toEqual([]);
  const network = { interface: "em0", ip4: ["10.0.0.1", "10.0.0.3"], ip6: ["2001:db8:0::1"] };
  const wished = { ...now, network, flags: { ...now.flags, mlock: true }, depend: ["www"] };
  const changes = settingsChanges(params(text), now, wished);
  expect(changes).toEqual([
    { name: "ip4.addr", values: ["10.0.0.1", "10.0.0.3/32"] },
    { name: "ip6.addr", values: ["2001:db8::1/128"] },
    { name: "allow.mlock", values: [] },
    { name: "depend", values: ["www"] },
  ]);
  const edited = editJailConf(`mail { ${text} }`, "mail", changes).slice(7, -2);
  expect(unexpected(params(text), params(edited), changes)).toEqual([]);
  expect(unexpected(params(text), params(`${edited} persist;`), changes)).toEqual(["persist"]);
  expect(unexpected(params(text), params(edited.replace("/etc/rc", "/etc/rx")), changes)).toEqual(["exec.start"]);
  expect(unexpected(params(text), params(text), changes)).toHaveLength(4);
});

it("never touches what it could not read", () => {
  const now = read("devfs_ruleset = 10; vnet; sysvmsg = new;");
  const network = { interface: "em0", ip4: ["10.0.0.1"], ip6: [] };
  expect(settingsChanges([], now, { ...now, devfsRuleset: 4, sysvipc: false, network })).toEqual([]);
});

it("names what it does not know, in both spellings of what it does", () => {
  const text = "path = /x; allow.nomlock; allow.vmm; exec.start = x; meta = y; persist = 0;";
  expect(otherParameters(params(text))).toEqual(["path", "allow.vmm", "exec.start", "meta"]);
});
