import { expect, it } from "vitest";
import { exchangeable, forbiddenSource, type MountUse, overlap, sharedWith, targetProblems } from "./mount-rules.ts";
import { Random } from "./testing/random.ts";

const own = { jails: "/usr/jails", etc: "/etc", state: "/var/db/knast/daemon", socket: "/var/run/knast/knastd.sock" };

it("never lets two jails have a directory, or one in the other, of which one writes there", () => {
  const random = new Random(8);
  const next = (n: number) => random.below(n);
  const parts = ["a", "b", "ab", "c"];
  const path = () => `/data${Array.from({ length: next(4) }, () => `/${parts[next(parts.length)]}`).join("")}`;
  let accepted = 0;
  let refused = 0;
  for (let round = 0; round < 500; round++) {
    const uses: MountUse[] = [];
    for (let i = 0; i < 20; i++) {
      const use = { jail: `j${next(3)}`, source: path(), target: "/mnt", readOnly: next(3) > 0 };
      if (sharedWith(use, use.jail, uses) === null) uses.push(use);
      else refused++;
    }
    accepted += uses.length;
    for (const a of uses)
      for (const b of uses) {
        const shared = `${a.source}/`.startsWith(`${b.source}/`) || `${b.source}/`.startsWith(`${a.source}/`);
        if (a.jail !== b.jail && shared && !(a.readOnly && b.readOnly)) expect.fail(JSON.stringify([a, b]));
      }
  }
  expect(accepted).toBeGreaterThan(2000);
  expect(refused).toBeGreaterThan(2000);
});

it.each([
  ["/data/anna", false, true],
  ["/", true, false],
  ["/usr", true, false],
  ["/usr/jails", true, false],
  ["/usr/jails/mail/var", true, false],
  ["/usr/jails2", false, true],
  ["/etc/ssl", true, false],
  ["/var/db/knast", true, false],
  ["/var", true, false],
  ["/var/run", true, false],
  ["/var/run/knast", true, false],
  ["/usr/local/bin", false, false],
  ["/usr/local/bin", true, true],
  ["/usr/local", false, false],
  ["/usr/home/anna", false, true],
  ["/root/.ssh", true, false],
  ["/dev", true, false],
  ["/boot/x", false, false],
])("%s, read-only %s, may be mounted: %s", (source, readOnly, may) => {
  expect(forbiddenSource(source, readOnly, own) === null).toBe(may);
});

it("mounts nothing from inside of what the same jail writes to, as its root could put a link there", () => {
  const at = (source: string, readOnly: boolean) => ({ source, readOnly });
  const writes = at("/data/anna", false);
  expect(exchangeable(at("/data/anna/deep", true), [writes])).toMatch(/^\/data\/anna\/deep lies in \/data\/anna, /);
  expect(exchangeable(at("/data/anna/deep", false), [writes])).not.toBe(null);
  expect(exchangeable(writes, [at("/data/anna/deep", true)])).toMatch(/^\/data\/anna\/deep lies in \/data\/anna, /);
  expect(exchangeable(at("/data/anna", true), [writes])).toBe(null);
  expect(exchangeable(at("/data", true), [writes])).toBe(null);
  expect(exchangeable(at("/data/anna/deep", true), [at("/data/anna", true)])).toBe(null);
  expect(exchangeable(at("/data/annabel", false), [writes])).toBe(null);
});

it("compares whole components", () => {
  expect(overlap("/a", "/a/b")).toBe(true);
  expect(overlap("/a/b", "/a")).toBe(true);
  expect(overlap("/", "/x")).toBe(true);
  expect(overlap("/a", "/ab")).toBe(false);
});

it("keeps targets apart, and away from what the jail needs", () => {
  const at = (...targets: string[]) =>
    targetProblems(
      targets.map((target) => ({ source: "/data", target, readOnly: true })),
      ["/usr/local/www/i.html"],
    ).map((one) => one.field);
  expect(at("/mnt/a", "/mnt/b", "/var/mail", "/etc/ssl")).toEqual([]);
  expect(at("/mnt/a", "/mnt/a")).toEqual(["mounts.1.target"]);
  expect(at("/mnt/a", "/mnt", "/mnt/a/b")).toEqual(["mounts.1.target", "mounts.2.target"]);
  expect(at("/etc")).toEqual(["mounts.0.target"]);
  expect(at("/usr/local/www")).toEqual(["mounts.0.target"]);
});
