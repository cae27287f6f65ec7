import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Switches } from "../../contract/jail.ts";
import { type ConfValues, quote, readKnastId, renderJailConf } from "./jail-conf.ts";
import { readJailConf } from "./testing/jail-conf-oracle.ts";

const data = (name: string) => readFileSync(new URL(`testdata/${name}`, import.meta.url), "utf8");
const id = "0123456789abcdef0123456789abcdef";
const jail: ConfValues = {
  name: "erdgeist_org",
  id,
  hostname: "erdgeist.org",
  interface: "vtnet0",
  ip4: ["10.0.2.201"],
  ip6: [],
  switches: Switches.parse({ procfs: true, sysvipc: true }),
  paths: { jails: "/usr/jails", etc: "/etc", log: "/var/log" },
};
const read = (text: string) => Object.fromEntries(readJailConf(text)[0]!.parameters);

describe("renderJailConf", () => {
  it("renders the golden block", () => {
    expect(renderJailConf({ ...jail, ip6: ["2001:db8::1"] })).toBe(data("golden.conf"));
  });

  it("keeps every parameter of the recorded config with its value", () => {
    const rendered = read(renderJailConf(jail));
    const recorded = read(data("recorded.conf"));
    expect(Object.keys(recorded).length).toBe(21);
    for (const [name, value] of Object.entries(recorded)) expect([name, rendered[name]]).toEqual([name, value]);
  });

  it("refuses by name what is dangerous, and only what the recorded jls -n knows", () => {
    const { switches: _, ...rest } = jail;
    const rendered = read(renderJailConf({ ...rest, switches: Switches.parse({}) }));
    const known = data("jls-n.txt").split("\n")[0]!.split(" ");
    const refused = Object.keys(rendered).filter((name) => name.startsWith("allow."));
    expect(refused).toHaveLength(8);
    for (const name of refused) expect(known).toContain(name);
    expect(rendered).toMatchObject({
      enforce_statfs: ["2"],
      "children.max": ["0"],
      devfs_ruleset: ["4"],
      "exec.clean": [],
      sysvmsg: ["disable"],
      sysvsem: ["disable"],
      sysvshm: ["disable"],
    });
  });

  it("turns each switch into its parameter", () => {
    const on = { devfs: true, fdescfs: true, procfs: true, setHostname: true, rawSockets: true, sysvipc: true };
    const off = { devfs: false, fdescfs: false, procfs: false, setHostname: false, rawSockets: false, sysvipc: false };
    const names = (switches: Switches) => Object.keys(read(renderJailConf({ ...jail, switches })));
    expect(names(on)).toEqual(
      expect.arrayContaining([
        "mount.devfs",
        "mount.fdescfs",
        "mount.procfs",
        "allow.set_hostname",
        "allow.raw_sockets",
      ]),
    );
    expect(names(off)).toEqual(
      expect.arrayContaining([
        "mount.nodevfs",
        "mount.nofdescfs",
        "mount.noprocfs",
        "allow.noset_hostname",
        "allow.noraw_sockets",
      ]),
    );
    expect(names(off)).not.toContain("mount.devfs");
  });

  it("renders several addresses of both families as lists", () => {
    const rendered = read(
      renderJailConf({ ...jail, ip4: ["10.0.0.2", "10.0.0.3"], ip6: ["2001:db8::2", "2001:db8::3"] }),
    );
    expect(rendered["ip4.addr"]).toEqual(["10.0.0.2/32", "10.0.0.3/32"]);
    expect(rendered["ip6.addr"]).toEqual(["2001:db8::2/128", "2001:db8::3/128"]);
  });

  it("runs nothing but FreeBSD's own two scripts", () => {
    const rendered = read(renderJailConf({ ...jail, hostname: "x'; exec.poststart='touch /pwned" }));
    const run = Object.entries(rendered).filter(([name]) => /^exec\.(?!consolelog|timeout|clean)/.test(name));
    expect(run).toEqual([
      ["exec.start", ["/bin/sh /etc/rc"]],
      ["exec.stop", ["/bin/sh /etc/rc.shutdown jail"]],
    ]);
  });

  it("takes no name or id of another shape", () => {
    for (const name of ["", "..", "A", "all", "a b", "a{", "*"])
      expect(() => renderJailConf({ ...jail, name })).toThrow();
    expect(() => renderJailConf({ ...jail, id: "x" })).toThrow();
  });
});

describe("quote", () => {
  it.each([
    ["", "''"],
    ["a b", "'a b'"],
    ["it's", "'it\\'s'"],
    ["C:\\n", "'C:\\\\n'"],
    ["$x ${y} {;}", "'$x ${y} {;}'"],
  ])("%j becomes %s", (value, text) => expect(quote(value)).toBe(text));
  it.each(["\n", "\0", "\r", "\x7f", "a\tb"])("refuses %j", (value) => expect(() => quote(value)).toThrow(RangeError));
});

describe("readKnastId", () => {
  it("finds it in what we render, under its own name only", () => {
    expect(readKnastId(renderJailConf(jail))).toBe(id);
    expect(readKnastId(renderJailConf(jail), "erdgeist_org")).toBe(id);
    expect(readKnastId(renderJailConf(jail), "mail")).toBeNull();
  });
  it.each([
    ["bare, blanks, comments around it", `a{ /* $knast_id = 'x'; */ $knast_id=${id} ; // }\n}`],
    ["in double quotes", `a { # it's mine\n $knast_id = "${id}"; }`],
    [
      "after a string that looks like one",
      `a { exec.start = "x; $knast_id = '${"f".repeat(32)}';"; $knast_id = '${id}'; }`,
    ],
    ["twice the same", `a { $knast_id = '${id}'; $knast_id = '${id}'; }`],
    ["without a last semicolon", `a { $knast_id = '${id}' }`],
  ])("finds it %s", (_, text) => expect(readKnastId(text)).toBe(id));
  it.each([
    ["in a comment", `a { # $knast_id = '${id}';\n // $knast_id = '${id}';\n /* $knast_id = '${id}'; */ }`],
    ["in a string", `a { exec.start = '$knast_id = ${id};'; x = "$knast_id = '${id}';"; }`],
    ["outside of all jails", `$knast_id = '${id}'; a { }`],
    ["malformed", `a { $knast_id = 'abc'; }`],
    ["of upper case", `a { $knast_id = '${id.toUpperCase()}'; }`],
    ["twice and different", `a { $knast_id = '${id}'; $knast_id = '${"0".repeat(32)}'; }`],
    ["with something appended", `a { $knast_id = '${id}'; $knast_id += 'x'; }`],
    ["under another name", `a { knast_id = '${id}'; $knast_idx = '${id}'; }`],
    ["after an unterminated string", `a { x = 'oops; }\nb { $knast_id = "${id}"; }`],
  ])("finds none %s", (_, text) => expect(readKnastId(text)).toBeNull());
});
