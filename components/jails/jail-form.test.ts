import { expect, test } from "vitest";
import { JailSpec } from "@/server/contract/jail.ts";
import { Limits } from "@/server/contract/limits.ts";
import { checkForm, nameOf, remarksFor, specOf, type JailFormState } from "./jail-form.ts";

const form = (more: Partial<JailFormState> = {}): JailFormState => ({
  owner: null,
  hostname: "erdgeist.org",
  name: null,
  interface: "vtnet0",
  ip4: "10.0.2.201",
  ip6: "",
  sshKeys: "",
  nameservers: "",
  switches: { devfs: true, fdescfs: true, procfs: false, setHostname: false, rawSockets: false, sysvipc: false },
  autostart: true,
  base: "basejail",
  flavour: null,
  network: "shared",
  mounts: [],
  limits: Limits.parse({}),
  depend: [],
  ...more,
});
const fields = (f: JailFormState) => checkForm(f).problems.map((p) => p.field);

test("a good form becomes a spec that the contract takes", () => {
  const spec = specOf(form({ ip4: "10.0.2.201, 10.0.2.202\n10.0.2.203", ip6: "2001:db8::1", nameservers: "10.0.2.3" }));
  expect(JailSpec.parse(spec)).toMatchObject({
    ip4: ["10.0.2.201", "10.0.2.202", "10.0.2.203"],
    ip6: ["2001:db8::1"],
    nameservers: ["10.0.2.3"],
  });
  expect(checkForm(form()).problems).toEqual([]);
});

test("the name follows the host name until it is typed", () => {
  expect(nameOf(form())).toBe("erdgeist_org");
  expect(nameOf(form({ hostname: "" }))).toBe("");
  expect(nameOf(form({ name: "erd" }))).toBe("erd");
});

test("an empty host name is one problem, not two, and there is nothing to plan", () => {
  expect(fields(form({ hostname: "" }))).toEqual(["hostname"]);
  expect(checkForm(form({ hostname: "" })).spec).toBeNull();
});

test("a derived name that is reserved is told at the name", () => {
  expect(fields(form({ hostname: "host" }))).toEqual(["name"]);
  expect(checkForm(form({ hostname: "host" })).spec).toBeNull();
});

test("a half-typed address is a problem at its place and does not stop the preview", () => {
  const { problems, spec } = checkForm(form({ ip4: "10.0.2.201 10.0.2." }));
  expect(problems.map((p) => p.field)).toEqual(["ip4.1"]);
  expect(spec?.ip4).toEqual(["10.0.2.201"]);
});

test("keys are one a line; blank lines count for nothing", () => {
  const key = `ssh-ed25519 ${"A".repeat(68)} anna@laptop`;
  expect(specOf(form({ sshKeys: `\n${key}\n\n  ${key}\n` })).sshKeys).toEqual([key, key]);
  expect(fields(form({ sshKeys: `${key}\nrubbish` }))).toEqual(["sshKeys.1"]);
});

test("a problem stands below the line that it is about", () => {
  const text = "erdgeist_org {\n\thost.hostname = 'erdgeist.org';\n\tip4.addr = '10.0.2.201/32';\n}\n";
  const file = { path: "/etc/jail.conf.d/erdgeist_org.conf", text };
  const plan = { name: "erdgeist_org", config: file, fstab: file, files: [], limits: null, steps: [], problems: [] };
  const at = (field: string) => remarksFor(plan, [{ field, code: "address_taken", message: "m" }])[0]!.line;
  expect([at("name"), at("hostname"), at("ip4.0"), at("ip6.0"), at("sshKeys.0")]).toEqual([0, 1, 2, null, null]);
});
