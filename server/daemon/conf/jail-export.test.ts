import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { addressesOf, EXPORT_SEPARATOR, parameterOf, parseJailExport } from "./jail-export.ts";

const data = (name: string) => readFileSync(new URL(`testdata/${name}`, import.meta.url), "utf8");
/** The recordings were made with other separators than ours; a `|` inside ip4.addr is none. */
const separated = (text: string) => text.replace(/(?<!,vtnet0)\|/g, EXPORT_SEPARATOR);

describe("parseJailExport", () => {
  it("reads the recorded two jails", () => {
    const jails = parseJailExport(separated(data("export-all.txt")));
    expect(jails.map((jail) => jail.name)).toEqual(["erdgeist_org", "mail"]);
    expect(jails[0]!.params).toHaveLength(21);
    expect(parameterOf(jails[0]!, "exec.stop")).toBe("/bin/sh /etc/rc.shutdown jail");
    expect(jails[0]!.params).toContainEqual({ name: "mount.devfs", value: null });
    expect(parameterOf(jails[0]!, "nope")).toBeUndefined();
  });

  it("reads the recorded hand-made ones: quotes, lists, inner quotes", () => {
    const [www, my, mail] = parseJailExport(separated(data("export-hand-made.txt")));
    expect(my!.name).toBe("my jail");
    expect(parameterOf(mail!, "exec.start")).toBe(`/bin/sh /etc/rc,echo "quoted 'inner'"`);
    expect(parameterOf(www!, "mount")).toBe("/usr/jails/basejail /usr/jails/www/basejail nullfs ro 0 0");
    expect(addressesOf(www!)).toEqual(["10.0.2.210", "10.0.2.211", "10.0.2.212", "2001:db8::1"]);
    expect(addressesOf(mail!)).toEqual([]);
  });

  it("reads the recorded odd names; a numeric one has none", () => {
    const lines = data("export-names.txt")
      .split("\n")
      .filter((line) => / -> ./.test(line));
    const names = lines.map((line) => {
      const printed = line.slice(line.lastIndexOf(" -> ") + 4).replace(/ (?=path|persist)/g, EXPORT_SEPARATOR);
      return parseJailExport(`${printed}\n`)[0]?.name;
    });
    expect(names).toEqual(["a.b", "0", null, "-x", "a b", "all", "_x", "A", "ab-c"]);
  });

  it("takes one jail or none", () => {
    expect(parseJailExport("")).toEqual([]);
    expect(parseJailExport("\n\n")).toEqual([]);
    expect(parseJailExport(data("export-one.txt").replaceAll("\n", EXPORT_SEPARATOR))).toHaveLength(1);
  });

  it("reads empty, cut and strange values without end", () => {
    const params = (text: string) => parseJailExport(text.replaceAll("|", EXPORT_SEPARATOR))[0]?.params;
    expect(params('name=a|x=""|y=\n')).toEqual([
      { name: "name", value: "a" },
      { name: "x", value: "" },
      { name: "y", value: "" },
    ]);
    expect(params('x="unterminated')).toEqual([{ name: "x", value: "unterminated" }]);
    expect(params("x='a\"b',c\\\\d|z")).toEqual([
      { name: "x", value: 'a"b,c\\d' },
      { name: "z", value: null },
    ]);
  });
});

describe("addressesOf", () => {
  const of = (value: string, name = "ip4.addr") => addressesOf({ name: "x", params: [{ name, value }] });
  it.each([
    ["10.0.0.1", ["10.0.0.1"]],
    ["em0|10.0.0.1/24", ["10.0.0.1"]],
    ["em0|10.0.0.1 netmask 255.255.255.0", ["10.0.0.1"]],
    ["10.0.0.1,10.0.0.1,10.0.0.2", ["10.0.0.1", "10.0.0.2"]],
    ["", []],
    ["dhcp,10.0.0.01", []],
  ])("%j has %j", (value, addresses) => expect(of(value)).toEqual(addresses));
  it("writes IPv6 in one way", () => {
    expect(of("em0|2001:DB8:0::1/64,fe80::1%em0", "ip6.addr")).toEqual(["2001:db8::1", "fe80::1"]);
    expect(addressesOf({ name: "x", params: [{ name: "ip6.addr", value: null }] })).toEqual([]);
  });
});
