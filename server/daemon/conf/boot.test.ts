import { describe, expect, it } from "vitest";
import { withInclude } from "./jail-main-conf.ts";
import { isSettled, planAutostart } from "./rc-list.ts";

describe("planAutostart", () => {
  const name = "new";
  it.each([
    ["unset list, wanted: all start anyway", null, ["a", "new"], true, null],
    ["empty list, wanted: all start anyway", [], ["a", "new"], true, null],
    ["unset list, not wanted: all others from now on", null, ["a", "b", "new"], false, ["a", "b"]],
    ["unset list, not wanted, the only jail: nobody", null, ["new"], false, ["none"]],
    ["unset list, and gone: nothing to say", null, ["a"], false, null],
    ["listed and wanted", ["a", "new"], ["a", "new"], true, null],
    ["wanted, not listed", ["a"], ["a", "new"], true, ["a", "new"]],
    ["wanted after nobody", ["none"], ["new"], true, ["new"]],
    ["listed, not wanted", ["a", "new", "b"], ["a", "b", "new"], false, ["a", "b"]],
    ["the only one listed, not wanted: never an empty list", ["new"], ["a", "new"], false, ["none"]],
    ["listed and gone", ["new", "a"], ["a"], false, ["a"]],
    ["not listed, not wanted", ["a"], ["a", "new"], false, null],
    ["a hand-made jail called none stays", ["none"], ["none", "new"], true, ["none", "new"]],
    ["nobody, where one is called none", ["new"], ["none", "new"], false, ["no"]],
  ])("%s", (_, list, configured, wanted, result) => {
    expect(planAutostart({ enabled: true, list, configured, name, wanted })).toEqual(result);
  });

  it.each([
    ["off, not wanted: nothing to say", null, ["a", "new"], false, null],
    ["off, wanted, the only jail: all start", null, ["new"], true, null],
    ["off, wanted: the others did not start and shall not", null, ["a", "new"], true, ["new"]],
    ["off, listed and gone", ["new", "a"], ["a"], false, ["a"]],
    ["off, listed others, wanted", ["a"], ["a", "new"], true, ["new"]],
    ["off, nobody, wanted", ["none"], ["a", "new"], true, ["new"]],
  ])("jail_enable %s", (_, list, configured, wanted, result) => {
    expect(planAutostart({ enabled: false, list, configured, name, wanted })).toEqual(result);
  });

  it("never changes what another jail does at boot, and always what this one does", () => {
    const starts = (enabled: boolean, list: string[] | null, configured: string[]) =>
      configured.filter((one) => enabled && (!list || list.length === 0 || list.includes(one)));
    const all = ["a", "b", "new"];
    let asked = 0;
    for (let bits = 0; bits < 16; bits++)
      for (const wanted of [true, false])
        for (const enabled of [true, false]) {
          const list = bits === 15 ? null : all.filter((_, i) => bits & (1 << i));
          const after = planAutostart({ enabled, list, configured: all, name, wanted }) ?? list;
          const others = (names: string[]) => names.filter((one) => one !== name);
          expect(others(starts(enabled || wanted, after, all))).toEqual(others(starts(enabled, list, all)));
          expect(starts(enabled || wanted, after, all).includes(name)).toBe(wanted);
          asked++;
        }
    expect(asked).toBe(64);
  });
});

it("isSettled says yes only where planAutostart leaves the list alone whatever is configured", () => {
  let settled = 0;
  for (const enabled of [true, false])
    for (const wanted of [true, false])
      for (const list of [null, [], ["a"], ["b"], ["a", "b"]]) {
        if (!isSettled({ enabled, list, name: "a", wanted })) continue;
        settled++;
        for (const configured of [[], ["a"], ["b"], ["a", "b", "c"]])
          if (!wanted || configured.includes("a"))
            expect(planAutostart({ enabled, list, configured, name: "a", wanted })).toBeNull();
      }
  expect(settled).toBe(8);
});

describe("withInclude", () => {
  const line = '.include "/etc/jail.conf.d/*.conf";\n';
  it.each([
    ["no file", null, line],
    ["an empty one", "", line],
    ["the recorded one", line, null],
    ["another spelling", ".include   '/etc/jail.conf.d/*.conf' ;", null],
    ["a relative one", '.include "jail.conf.d/*.conf";\n', null],
    ["one among others", `exec.clean;\n* { mount.devfs; }\n${line}`, null],
    ["jails before it", "a { path = /a; }", `a { path = /a; }\n${line}`],
    ["one in a comment", `# ${line}`, `# ${line}${line}`],
    ["one in a string", `x = '${line.trim()}';\n`, `x = '${line.trim()}';\n${line}`],
    ["one of something else", '.include "/etc/jails/*.conf";\n', `.include "/etc/jails/*.conf";\n${line}`],
  ])("%s", (_, text, result) => expect(withInclude(text, "/etc")).toBe(result));

  it("says nothing more to what it has made, and expands no variable of a path", () => {
    for (const etc of ["/etc", "/state dir/etc", "/a$b/etc", '/a"b']) {
      const made = withInclude("a { }\n", etc)!;
      if (!/["$]/.test(etc)) expect(withInclude(made, etc)).toBeNull();
      expect(made.split("\n")).toHaveLength(3);
    }
    expect(withInclude(null, "/a$b")).toBe('.include "/a\\$b/jail.conf.d/*.conf";\n');
  });
});
