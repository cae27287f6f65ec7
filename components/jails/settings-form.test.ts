import { expect, test } from "vitest";
import type { Settings } from "@/server/contract/settings.ts";
import { formOf, rebase, settingsOf } from "./settings-form.ts";
import { FLAG_WORDS } from "./settings-words.ts";

const settings: Settings = {
  hostname: "mail.example.org",
  network: { interface: "em0", ip4: ["10.0.0.1", "10.0.0.2"], ip6: [] },
  flags: Object.fromEntries(FLAG_WORDS.map(({ key }, i) => [key, i % 2 === 0])) as Settings["flags"],
  sysvipc: false,
  childrenMax: 0,
  securelevel: -1,
  enforceStatfs: 2,
  devfsRuleset: 4,
  execTimeout: 120,
  stopTimeout: 30,
  depend: ["www"],
  autostart: true,
};

test("what is shown is what is sent, also what can't be shown", () => {
  expect(settingsOf(formOf(settings))).toEqual({ settings, problems: [] });
  const odd = { ...settings, hostname: null, network: null, depend: null, devfsRuleset: null, sysvipc: null };
  expect(settingsOf(formOf(odd))).toEqual({ settings: odd, problems: [] });
});

test.each([
  [{ ip4: "10.0.0.1, 10.0.0" }, "ip4.1"],
  [{ hostname: "no name" }, "hostname"],
  [{ childrenMax: "many" }, "childrenMax"],
  [{ childrenMax: "100" }, "childrenMax"],
  [{ stopTimeout: "" }, "stopTimeout"],
  [{ depend: "www A" }, "depend.1"],
])("finds what is wrong in %j", (patch, field) => {
  const checked = settingsOf({ ...formOf(settings), ...patch });
  expect(checked.settings).toBeNull();
  expect(checked.problems.map((one) => one.field)).toEqual([field]);
});

test("a change of mine stays when the file has changed elsewhere", () => {
  const base = formOf(settings);
  const mine = { ...base, hostname: "mx.example.org", "flag.mlock": !base["flag.mlock"] };
  const theirs = { ...base, hostname: "post.example.org", execTimeout: "60", ip4: "10.0.0.9" };
  expect(rebase(mine, base, theirs)).toEqual({
    ...theirs,
    hostname: "mx.example.org",
    "flag.mlock": mine["flag.mlock"],
  });
});

test("every flag has its words", () => {
  for (const words of FLAG_WORDS) expect(words.detail.length).toBeGreaterThan(20);
});
