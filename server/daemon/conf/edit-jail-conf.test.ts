import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { KnastError } from "../../contract/errors.ts";
import { type ConfChange, editJailConf } from "./edit-jail-conf.ts";

const on = (name: string): ConfChange => ({ name, values: [] });
const off = (name: string): ConfChange => on(name.replace(/[^.]*$/, "no$&"));
const set = (name: string, ...values: string[]): ConfChange => ({ name, values });
const remove = (name: string): ConfChange => ({ name, values: null });

/** What is done to each file of testdata/hand-made; NN-*.expected is what must come out of it, looked at by a person. */
const EDITS: Record<string, { jail?: string; changes: ConfChange[] }> = {
  "01-ours": { changes: [on("allow.raw_sockets"), set("sysvshm", "new"), on("allow.chflags"), set("depend", "www")] },
  "02-comments": { changes: [on("allow.raw_sockets"), remove("persist"), set("host.hostname", "mx.example.org")] },
  "03-one-line": { changes: [off("allow.mount"), on("allow.chflags"), remove("persist")] },
  "04-empty-block": { changes: [set("path", "/usr/jails/mail")] },
  "05-empty-lines": { changes: [set("path", "/usr/jails/mail"), on("mount.devfs")] },
  "06-shared-section": { changes: [off("allow.raw_sockets")] },
  "07-globals": { changes: [set("enforce_statfs", "2"), set("exec.timeout", "60")] },
  "08-variables": { changes: [set("host.hostname", "mx.example.org"), set("ip4.addr", "10.0.2.25", "10.0.2.27")] },
  "09-append": { changes: [set("ip4.addr", "10.0.2.25", "vtnet1|10.1.2.26/32", "10.0.2.28")] },
  "10-list-over-lines": { changes: [set("ip4.addr", "10.0.2.25", "10.0.2.27")] },
  "11-block-twice": { changes: [off("allow.mount"), set("host.hostname", "mx")] },
  "12-crlf": { changes: [off("allow.chflags"), on("allow.mlock"), set("host.hostname", "mx")] },
  "13-quotes": { changes: [set("host.hostname", "it's $HOME"), set("path", "/usr/jails/mail2")] },
  "14-tight": { changes: [on("allow.mount"), set("securelevel", "2"), on("persist")] },
  "15-no-last-semicolon": { changes: [on("allow.mount")] },
  "16-no-spellings": {
    changes: [
      on("allow.mount"),
      off("allow.chflags"),
      off("allow.mlock"),
      on("allow.quotas"),
      off("allow.socket_af"),
      on("mount.devfs"),
      on("exec.clean"),
    ],
  },
  "17-dead-statements": { changes: [set("host.hostname", "newer.example.org"), on("allow.mount")] },
  "18-include": { changes: [set("ip4.addr", "10.0.2.25", "10.0.2.26")] },
  "19-vnet": { jail: "vn", changes: [set("devfs_ruleset", "6"), remove("persist"), set("depend", "mail")] },
  "20-bastille": { jail: "www", changes: [set("securelevel", "3"), set("ip4.addr", "10.17.89.51", "10.17.89.52")] },
  "21-handbook": {
    jail: "classic",
    changes: [off("allow.raw_sockets"), on("mount.fdescfs"), set("host.hostname", "x")],
  },
  "22-trailing-comment-block": { changes: [remove("allow.mount"), set("path", "/j/mail")] },
  "23-statement-over-lines": { changes: [remove("allow.mount"), set("exec.start", "/bin/sh /etc/rc")] },
  "24-four-spaces": { changes: [on("allow.mount"), remove("allow.sysvipc"), on("mount.procfs")] },
  "25-other-jails-alike": { changes: [off("allow.mount"), set("host.hostname", "mx")] },
  "26-unknown": { changes: [on("allow.mount"), set("path", "/usr/jails/mx")] },
  "27-unicode": { changes: [set("host.hostname", "post.example.org"), on("persist")] },
  "28-no-newline-at-end": { changes: [on("allow.mount"), remove("persist")] },
  "29-odd-semicolons": { changes: [off("allow.mount"), set("host.hostname", "mx"), on("persist")] },
  "30-generated-by-rc-d": {
    jail: "old_org",
    changes: [
      on("allow.raw_sockets"),
      set("ip4.addr", "vtnet0|10.0.2.221/32"),
      on("allow.set_hostname"),
      off("allow.sysvipc"),
    ],
  },
  "31-value-without-sign": { changes: [set("interface", "vtnet1"), on("mount.devfs")] },
  "32-wild-names": { changes: [on("allow.mount")] },
};

const folder = new URL("testdata/hand-made/", import.meta.url);
const read = (name: string) => readFileSync(new URL(name, folder), "utf8");
const cases = readdirSync(folder)
  .filter((name) => name.endsWith(".conf"))
  .map((name) => name.slice(0, -".conf".length));

describe("hand-made files", () => {
  it.each(cases)("%s: only the changed statements", (name) => {
    const { jail = "mail", changes } = EDITS[name]!;
    const text = read(`${name}.conf`);
    const edited = editJailConf(text, jail, changes);
    expect(edited).toBe(read(`${name}.expected`));
    expect(editJailConf(edited, jail, changes)).toBe(edited);
  });
});

describe("where the jail's own block can't have the last word", () => {
  const refused = (text: string, change: ConfChange): string => {
    try {
      return editJailConf(text, "mail", [change]);
    } catch (error) {
      expect(error).toBeInstanceOf(KnastError);
      return (error as KnastError).message;
    }
  };
  it.each([
    ["no such block", "www { path = /x; }", on("persist"), "There is no block of the jail mail in this file."],
    ["a later section", "mail { a; }\n* { persist; }", off("persist"), /below this one sets persist again/],
    ["a later parameter for all", "mail { a; }\nsecurelevel = 1;", set("securelevel", "2"), /below this one/],
    ["removing what is shared", "* { depend = www; }\nmail { }", remove("depend"), /section that other jails share/],
    ["an open string", "mail {\n path = '/x;\n}", on("persist"), /line 2: unterminated string/],
    ["an open comment", "mail {\n\n /* path = /x;\n}", on("persist"), /line 3: unterminated comment/],
    ["an open block", "mail {\n path = /x;\n", on("persist"), /line 3: syntax error/],
    ["a missing semicolon", "mail {\n path = /x\n persist;\n}", on("persist"), /line 3: syntax error/],
    ["a block in a block", "mail {\n child { path = /x; }\n}", on("persist"), /line 2: syntax error/],
  ])("refuses %s", (_, text, change, message) => expect(refused(text, change)).toMatch(message));

  it("takes no name that is more than a name", () => {
    for (const name of ["", "a b", "x; exec.start", "x=y", "exec.start='", "$", "*"])
      expect(() => editJailConf("mail { }", "mail", [set(name, "1")])).toThrow(RangeError);
  });
  it("takes no control characters in a value", () => {
    for (const value of ["a\nb", "\0", "\x7f"])
      expect(() => editJailConf('mail { a = "x"; }', "mail", [set("a", value)])).toThrow(RangeError);
  });
  it("does nothing when the file says so already", () => {
    for (const text of ["mail { allow.mount = true; }", "mail { allow.nomount = 0; }", "mail { allow.mount }"])
      expect(editJailConf(text, "mail", [on("allow.mount")])).toBe(text);
    const list = '$n = 10.0.0;\nmail { ip4.addr = $n.1; ip4.addr += "${n}.2" }';
    expect(editJailConf(list, "mail", [set("ip4.addr", "10.0.0.1", "10.0.0.2")])).toBe(list);
  });
});
