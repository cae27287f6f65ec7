import { expect, test } from "vitest";
import type { Daemon } from "../daemon.ts";
import { Mutex } from "../jobs/locks.ts";
import type { StepContext } from "../jobs/step.ts";
import { setAutostart } from "./autostart.ts";

type Host = { enabled: boolean; list: string[] | null; configured: string[] };

/** @returns what sysrc(8) was asked to set, in order, and what the log says */
async function edits(host: Host, wanted: boolean): Promise<{ set: string[]; said: string }> {
  const set: string[] = [];
  const said: string[] = [];
  const view = {
    autostart: async () => host,
    configuredNow: async () => host.configured.map((name) => ({ name })),
  };
  const context = {
    output: (line: string) => void said.push(line),
    run: async (program: string, args: readonly string[]) => {
      expect([program, ...args.slice(0, 2)]).toEqual(["sysrc", "-f", "/e/rc.conf"]);
      set.push(args[2]!);
      return { status: 0, signal: null, stdout: "", stderr: "", timedOut: false };
    },
  } as unknown as StepContext;
  const daemon = { edits: new Mutex(), paths: { etc: "/e" }, view } as unknown as Daemon;
  await setAutostart(daemon, context, "new", wanted);
  return { set, said: said.join("\n") };
}

test("switching autostart on does not start at boot what did not start before", async () => {
  const { set } = await edits({ enabled: false, list: null, configured: ["old", "other"] }, true);
  expect(set).toEqual(["jail_list=new", "jail_enable=YES"]);
});

test("the first jail of a host needs no list", async () => {
  expect((await edits({ enabled: false, list: null, configured: [] }, true)).set).toEqual(["jail_enable=YES"]);
});

test("a jail that jail_list can't name goes on starting with all", async () => {
  for (const name of ["a.b", "my jail", "-x", "a$(reboot)"]) {
    const { set, said } = await edits({ enabled: true, list: null, configured: ["plain", name] }, false);
    expect(set).toEqual([]);
    expect(said).toContain("jail_list is left as it is");
  }
  expect((await edits({ enabled: true, list: null, configured: ["plain", "a-b"] }, false)).set).toEqual([
    "jail_list=plain a-b",
  ]);
});

test("a word of the list that no jail bears is kept, and one that a shell would read is not touched", async () => {
  const host = { enabled: true, configured: ["plain"] };
  expect((await edits({ ...host, list: ["gone.one"] }, true)).set).toEqual(["jail_list=gone.one new"]);
  expect((await edits({ ...host, list: ["a`b`"] }, true)).set).toEqual([]);
});
