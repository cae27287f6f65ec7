import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { differences } from "./drift.ts";
import { parseJailExport } from "./jail-export.ts";
import { parseJlsParameters } from "./jls-parameters.ts";

const data = (name: string) => readFileSync(new URL(`testdata/${name}`, import.meta.url), "utf8");
const [, mail] = parseJlsParameters(data("jls-n.txt"));
const recorded = parseJailExport(data("export-one.txt").split("\n").filter(Boolean).join("\x1f"))[0]!.params;
const path = "/usr/jails/mail";
const mounted = new Set(["dev", "dev/fd", "proc", "basejail"].map((one) => `${path}/${one}`));

/** The recorded config with one parameter more, or another value of it. */
const compare = (line: string, running: string = "", without = "") => {
  const set = (params: typeof recorded, text: string) => {
    const [name, value] = text.split("=");
    const plain = (one: string) => one.replace(/(^|\.)no(?=[^.]*$)/, "$1");
    return text === ""
      ? params
      : [...params.filter((one) => plain(one.name) !== plain(name!)), { name: name!, value: value ?? null }];
  };
  const config = set(recorded, line).filter((one) => one.name !== without);
  return differences(config, { params: set(mail!.params, running), mounted, path }).map(
    ({ parameter, file, running }) => `${parameter} ${file} ${running}`,
  );
};

describe("jls -n", () => {
  it("is read as recorded", () => {
    expect([mail!.jid, mail!.name]).toEqual([2, "mail"]);
    const of = (name: string) => mail!.params.find((one) => one.name === name)?.value;
    expect(of("host.domainname")).toBe("");
    expect(of("ip6.addr")).toBe("");
    expect(of("ip4.addr")).toBe("10.0.2.202");
    expect(of("allow.noset_hostname")).toBeNull();
    expect(mail!.params).toHaveLength(47);
  });
  it("bears quotes, blanks and lines that are none", () => {
    const text = `jid=3 name=x host.hostname="a \\"b\\" c" path='/a b'\n\nname=y\njid=-1 name=z\ngarbage "" = ==\n`;
    expect(parseJlsParameters(text).map(({ name, params }) => [name, params.map((one) => one.value)])).toEqual([
      ["x", ["3", "x", 'a "b" c', "/a b"]],
    ]);
  });
});

describe("differences between a config and the running jail", () => {
  it("has none in what was recorded: the file of 02 and the jail that was started from it", () => {
    expect(compare("")).toEqual([]);
  });
  it.each([
    ["allow.set_hostname", "", ["allow.set_hostname true false"]],
    ["allow.set_hostname=0", "", []],
    ["allow.noset_hostname=1", "", []],
    ["allow.set_hostname=true", "", ["allow.set_hostname true false"]],
    ["allow.raw_sockets", "allow.raw_sockets", []],
    ["", "allow.raw_sockets", ["allow.raw_sockets false true"]],
    ["", "allow.mount", ["allow.mount false true"]],
    ["", "children.max=4", ["children.max 0 4"]],
    ["children.max=4", "", ["children.max 4 0"]],
    ["enforce_statfs=1", "", ["enforce_statfs 1 2"]],
    ["devfs_ruleset=5", "", ["devfs_ruleset 5 4"]],
    ["host.hostname=mx.example.org", "", ["host.hostname mx.example.org mail.example.org"]],
    ["securelevel=2", "", ["securelevel 2 -1"]],
    ["securelevel=1", "securelevel=3", []],
    ["sysvshm=disable", "", ["sysvshm disable new"]],
    ["ip4.addr=vtnet0|10.0.2.202/24", "", []],
    ["ip4.addr=10.0.2.202/32,10.0.2.9", "", ["ip4.addr 10.0.2.202, 10.0.2.9 10.0.2.202"]],
    ["ip4.addr=10.0.2.9,10.0.2.202", "ip4.addr=10.0.2.202,10.0.2.9", []],
    ["ip6.addr=2001:DB8:0::1", "ip6.addr=2001:db8::1", []],
    ["ip6.addr=2001:db8::1", "", ["ip6.addr 2001:db8::1 null"]],
    ["ip4=inherit", "ip4=inherit", []],
    ["ip4=new", "", []],
    ["devfs_ruleset=04", "", []],
    ["cpuset.id=new", "", []],
    ["osrelease=13.4-RELEASE", "", ["osrelease 13.4-RELEASE 14.2-BETA1"]],
    ["allow.vmm", "", []],
    ["vnet", "vnet=new", []],
    ["vnet=1", "vnet=new", []],
    ["sysvshm", "", []],
    ["vnet", "", ["vnet new inherit"]],
    ["mount.noprocfs", "", ["mount.procfs false true"]],
    ["exec.start=/bin/true", "", []],
    ["persist", "", []],
    ["x.unknown=1", "", []],
  ])("config %j, kernel %j", (line, running, expected) => expect(compare(line, running)).toEqual(expected));

  it("takes what the config does not name for jail(8)'s default", () => {
    expect(compare("", "", "allow.noset_hostname")).toEqual(["allow.set_hostname true false"]);
    expect(compare("", "", "mount.devfs")).toEqual(["mount.devfs false true"]);
    expect(compare("", "", "enforce_statfs")).toEqual([]);
  });
});
