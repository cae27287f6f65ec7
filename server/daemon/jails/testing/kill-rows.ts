import { expect } from "vitest";
import type { JailState } from "../../../contract/jail.ts";
import type { TestHost } from "../../testing/dev-host.ts";
import { type KillRow, killRow } from "../../testing/kill-matrix.ts";

const NAME = "victim";
const key = `ssh-ed25519 ${"B".repeat(68)}`;
const victim = (host: TestHost) => host.spec(NAME, 3, { sshKeys: [key], autostart: true });

/** @returns the state of a jail as jail.list tells it, null when there is none */
export async function stateOf(host: TestHost, name = NAME): Promise<JailState | null> {
  return (await host.client.call("jail.list", {})).jails.find((one) => one.name === name)?.state ?? null;
}

/** Brings a jail to a state from any other that a kill may have left; made from `spec` when it is missing. */
export async function bring(
  host: TestHost,
  wanted: "running" | "stopped" | "gone",
  spec: ReturnType<TestHost["spec"]> = victim(host),
): Promise<void> {
  const name = spec.name!;
  const now = await stateOf(host, name);
  if (wanted === "gone") {
    if (now === "running") await host.client.done("jail.stop", { name });
    if (now !== null) await host.client.done("jail.destroy", { name });
    return;
  }
  if (now === null) await host.client.done("jail.create", spec);
  if (wanted === "running" && now !== "running") await host.client.done("jail.start", { name });
  if (wanted === "stopped" && now === "running") await host.client.done("jail.stop", { name });
}

const is = (wanted: JailState | null) => async (host: TestHost) => expect(await stateOf(host)).toBe(wanted);
const named = () => ({ name: NAME });

export const JAIL_KILL_ROWS: KillRow[] = [
  killRow({
    verb: "jail.create",
    arrange: (host) => bring(host, "gone"),
    input: victim,
    reached: ["exists"],
    goal: async (host) => {
      const { jails } = await host.client.call("jail.list", {});
      expect(jails.find((one) => one.name === NAME)).toMatchObject({ state: "stopped", autostart: true });
    },
  }),
  killRow({
    verb: "jail.start",
    arrange: (host) => bring(host, "stopped"),
    input: named,
    reached: ["already_running"],
    goal: is("running"),
  }),
  killRow({
    verb: "jail.stop",
    arrange: (host) => bring(host, "running"),
    input: named,
    reached: ["not_running"],
    goal: is("stopped"),
  }),
  killRow({
    verb: "jail.restart",
    arrange: (host) => bring(host, "running"),
    input: named,
    holds: is("running"),
    goal: is("running"),
  }),
  killRow({
    verb: "jail.destroy",
    arrange: (host) => bring(host, "stopped"),
    input: named,
    reached: ["not_found"],
    goal: async (host) => {
      await is(null)(host);
      expect(host.traces(NAME, host.address(3))).toEqual([]);
    },
  }),
];
