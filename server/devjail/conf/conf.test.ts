import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { globFiles } from "./glob.ts";
import { ConfError } from "./lexer.ts";
import { parseFile, parseText } from "./parser.ts";
import { exportJail, resolve, sameOption } from "./resolve.ts";

const read = (text: string) => resolve(parseText(text, "/tmp/t.conf"));
const exported = (text: string, separator = "|") => read(text).map((jail) => exportJail(jail, separator));
const error = (text: string): string => {
  try {
    parseText(text, "/tmp/m.conf");
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(ConfError);
    return (thrown as Error).message;
  }
  throw new Error("it was accepted");
};

const HAND_MADE = String.raw`# defaults of the house
$root = "/usr/jails";
path = "$root/$name";
exec.start = "/bin/sh /etc/rc"; exec.stop = "/bin/sh /etc/rc.shutdown jail";
exec.clean; mount.devfs;
* { allow.raw_sockets; }
/* a block
   comment */
www {
	host.hostname = "www.example.org";   // trailing
	ip4.addr = 10.0.2.210, 10.0.2.211;
	ip4.addr += "vtnet0|10.0.2.212/32";
	ip6.addr = "2001:db8::1";
	$who = 'erdgeist';
	exec.poststart = "logger ${"${name}"} of $who";
	depend = mail;
	mount += "/usr/jails/basejail $path/basejail nullfs ro 0 0";
	allow.nochflags; persist = 1; allow.set_hostname = 0; children.max = 0;
	sysvshm = new;
}
"my jail" { path = /tmp; }
mail { host.hostname = mail.example.org; vnet; vnet.interface = e0b_mail; exec.start += 'echo "quoted \'inner\'"'; }
`;

describe("what FreeBSD's own jail -e printed", () => {
  test("for a hand-made file (recording 05)", () => {
    expect(exported(HAND_MADE)).toEqual([
      'name=www|path=/usr/jails/www|exec.start="/bin/sh /etc/rc"|exec.stop="/bin/sh /etc/rc.shutdown jail"|exec.clean|mount.devfs|allow.raw_sockets|host.hostname=www.example.org|ip4.addr=10.0.2.210,10.0.2.211,vtnet0|10.0.2.212/32|ip6.addr=2001:db8::1|exec.poststart="logger www of erdgeist"|depend=mail|mount="/usr/jails/basejail /usr/jails/www/basejail nullfs ro 0 0"|allow.nochflags|persist=1|allow.set_hostname=0|children.max=0|sysvshm=new',
      'name="my jail"|path=/tmp|exec.start="/bin/sh /etc/rc"|exec.stop="/bin/sh /etc/rc.shutdown jail"|exec.clean|mount.devfs|allow.raw_sockets',
      `name=mail|path=/usr/jails/mail|exec.start="/bin/sh /etc/rc","echo \\"quoted 'inner'\\""|exec.stop="/bin/sh /etc/rc.shutdown jail"|exec.clean|mount.devfs|allow.raw_sockets|host.hostname=mail.example.org|vnet|vnet.interface=e0b_mail`,
    ]);
  });

  test.each([
    ["a.b", "name=a.b path=/tmp persist"],
    ["0", "name=0 path=/tmp persist"],
    ["007", "path=/tmp persist"],
    ["-x", "name=-x path=/tmp persist"],
    ["a b", 'name="a b" path=/tmp persist'],
    ["all", "name=all path=/tmp persist"],
    ["_x", "name=_x path=/tmp persist"],
    ["ab-c", "name=ab-c path=/tmp persist"],
  ])("for a jail called %j", (name, line) => {
    expect(exported(`'${name}' { path=/tmp; persist; }`, " ")).toEqual([line]);
  });

  test("nothing for the wildcard", () => expect(exported("'*' { path=/tmp; persist; }")).toEqual([]));
});

describe("errors in FreeBSD's words (recording 04 H)", () => {
  test.each([
    ["mail { path = '/x\n", "jail: /tmp/m.conf line 1: unterminated string\njail: /tmp/m.conf: unexpected EOF"],
    ["mail { path = /x; } }\n", "jail: /tmp/m.conf line 1: }: syntax error"],
    ["mail { path = /x }\n", "jail: /tmp/m.conf line 1: }: syntax error"],
    ["mail {\n path = /x;\n", "jail: /tmp/m.conf: unexpected EOF"],
    ["\n\nmail { = 3; }", "jail: /tmp/m.conf line 3: =: syntax error"],
    ["/* never closed", "jail: /tmp/m.conf line 1: unterminated comment"],
    ["a { b = ${x;", "jail: /tmp/m.conf line 1: unterminated variable\njail: /tmp/m.conf: unexpected EOF"],
  ])("%j", (text, message) => expect(error(text)).toBe(message));

  test("a missing file", () => {
    expect(() => parseFile("/nonexistent/x.conf")).toThrow("jail: /nonexistent/x.conf: No such file or directory");
  });
});

describe("strings", () => {
  const value = (text: string) =>
    read(`j { $v = 'VALUE'; x = ${text}; }`)[0]!.params.find((param) => param.name === "x")!.values;

  test.each([
    ["'a $v'", ["a $v"]],
    ['"a $v"', ["a VALUE"]],
    ["a$v", ["aVALUE"]],
    ["${v}b", ["VALUEb"]],
    ["\"a\"'b'c", ["abc"]],
    ["'it\\'s'", ["it's"]],
    ["'back\\\\slash'", ["back\\slash"]],
    ["'tab\\tend'", ["tab\tend"]],
    ["'\\101\\x42'", ["AB"]],
    ["'two\nlines'", ["two\nlines"]],
    ["'gone\\\nline'", ["goneline"]],
    ['"a\\$v"', ["a$v"]],
    ['""', [""]],
    ["''", [""]],
    ["a, b,c", ["a", "b", "c"]],
    ["'#no comment'", ["#no comment"]],
    ["10.0.0.1/24 # comment\n", ["10.0.0.1/24"]],
    ["/a/b", ["/a/b"]],
    ["5$", ["5$"]],
  ])("%j", (text, values) => expect(value(text)).toEqual(values));

  test("a variable that is not there, and one that needs itself, fail the jail and not the file", () => {
    const [a, b] = read("a { path = $nope; }\nb { path = /x; }");
    expect(a!.problems).toEqual(['jail: a: path: variable "nope" not found']);
    expect(b!.problems).toEqual([]);
    expect(read("a { $x = $y; $y = $x; path = $x; }")[0]!.problems[0]).toContain("variable loop");
  });

  test("a list goes in whole or not at all", () => {
    expect(read("a { $l = 1, 2; x = $l; }")[0]!.params.at(-1)!.values).toEqual(["1", "2"]);
    expect(read('a { $l = 1, 2; x = "p$l"; }')[0]!.problems).toEqual([
      "jail: a: x: array cannot be substituted inline",
    ]);
  });
});

describe("parameters", () => {
  test("a later value replaces, += adds, no-names are the same parameter", () => {
    expect(exported("x = 1; a { x = 2; x += 3; allow.mount; allow.nomount; }")).toEqual(["name=a|x=2,3|allow.nomount"]);
    expect(sameOption("allow.nomount", "allow.mount")).toBe(true);
    expect(sameOption("allow.mount.nodevfs", "allow.nomount.devfs")).toBe(false);
  });

  test("a * section after the jail overrides it, one before it does not", () => {
    expect(exported("* { x = 1; } a { x = 2; } * { y = 3; } b { } ")).toEqual(["name=a|x=2|y=3", "name=b|x=1|y=3"]);
    expect(exported("a { x = 2; } * { x = 3; }")).toEqual(["name=a|x=3"]);
  });

  test("the name can't be set to another one", () => {
    expect(read("a { name = b; }")[0]!.problems).toEqual(['jail: a: cannot redefine parameter "name".']);
  });
});

describe(".include", () => {
  const dir = mkdtempSync(join(tmpdir(), "devjail-conf-"));
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  test("takes files of a pattern in order, relative to its own file", () => {
    mkdirSync(join(dir, "d"), { recursive: true });
    writeFileSync(join(dir, "d/b.conf"), "b { x = $y; }");
    writeFileSync(join(dir, "d/a.conf"), "a { }");
    writeFileSync(join(dir, "d/.hidden.conf"), "h { }");
    writeFileSync(join(dir, "jail.conf"), '$y = 7;\n.include "d/*.conf";\n.include "none/*.conf";\n');
    expect(resolve(parseFile(join(dir, "jail.conf"))).map((jail) => exportJail(jail, "|"))).toEqual([
      "name=a",
      "name=b|x=7",
    ]);
    expect(globFiles(join(dir, "d/[a]*.conf"))).toEqual([join(dir, "d/a.conf")]);
  });

  test("an error names the file that it is in", () => {
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, "bad.conf"), "a {\n }\n}");
    writeFileSync(join(dir, "jail.conf"), `.include "${dir}/bad.conf";`);
    expect(() => parseFile(join(dir, "jail.conf"))).toThrow(`jail: ${dir}/bad.conf line 3: }: syntax error`);
  });
});
