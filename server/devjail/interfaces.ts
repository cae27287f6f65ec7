import { existsSync, readFileSync } from "node:fs";
import type { Alias } from "./aliases.ts";
import { hostop } from "./hostop.ts";
import { findJail, type Jail, type State, writeWhole } from "./state.ts";

/** An interface that ifconfig(8) made. `link`: its name on the machine; in a jail it bears `name` there. */
export type Virtual = {
  kind: "bridge" | "epair";
  name: string;
  unit: number;
  link: string;
  addresses: Alias[];
  /** of a bridge */
  members: string[];
  /** of an end of an epair: "a" or "b" */
  end: string;
  /** the jail that it was moved into */
  jid: number | null;
};
type Noted = { next: number; list: Virtual[] };

const path = (state: State) => state.at("run/interfaces.json");

/** bridge0 is there from the beginning, the host's interface a member of it: it is the bridge that all jails' cables hang on. */
function first(state: State): Noted {
  const { bridge, interface: wire } = state.config();
  const none = { unit: 0, addresses: [], end: "", jid: null };
  return { next: 1, list: [{ ...none, kind: "bridge", name: "bridge0", link: bridge, members: [wire] }] };
}

const read = (state: State): Noted =>
  existsSync(path(state)) ? (JSON.parse(readFileSync(path(state), "utf8")) as Noted) : first(state);

const write = (state: State, noted: Noted): void => writeWhole(path(state), JSON.stringify(noted));

/** @returns what is on the host, or what was moved into a jail */
export const listInterfaces = (state: State, jail: Jail | null = null): Virtual[] =>
  read(state).list.filter((one) => one.jid === (jail?.jid ?? null));

/** @returns the name that ifconfig(8) tells: the given one, or that of an epair's first end; null when it exists already */
export function createInterface(state: State, kind: Virtual["kind"], wanted: number | null): string | null {
  const noted = read(state);
  const taken = new Set(noted.list.filter((one) => one.kind === kind).map((one) => one.unit));
  let unit = wanted ?? 0;
  while (wanted === null && taken.has(unit)) unit++;
  if (taken.has(unit)) return null;
  const { bridge } = state.config();
  const link = `${bridge}_v${(noted.next++).toString(36)}`;
  const one: Virtual = { kind, name: "", unit, link, addresses: [], members: [], end: "", jid: null };
  if (kind === "bridge") {
    hostop(state, "bridge", [link]);
    noted.list.push({ ...one, name: `bridge${unit}` });
  } else {
    hostop(state, "pair", [`${link}a`, `${link}b`]);
    for (const end of ["a", "b"]) noted.list.push({ ...one, name: `epair${unit}${end}`, link: link + end, end });
  }
  write(state, noted);
  return kind === "bridge" ? `bridge${unit}` : `epair${unit}a`;
}

/** An epair goes with both its ends, also when one is in a jail. */
export function destroyInterface(state: State, name: string): void {
  const noted = read(state);
  const gone = noted.list.find((one) => one.name === name && one.jid === null)!;
  const both = noted.list.filter((one) => one.kind === gone.kind && one.unit === gone.unit);
  // Ends in a jail go with the other one; a jail that has ended took its end along.
  hostop(
    state,
    "unlink",
    both.filter((one) => one.jid === null).map((one) => one.link),
  );
  const names = both.map((one) => one.name);
  noted.list = noted.list.filter((one) => !both.includes(one));
  for (const one of noted.list) one.members = one.members.filter((member) => !names.includes(member));
  write(state, noted);
}

/** Changes what is noted of one interface on the host, or in a jail. */
export function changeInterface(
  state: State,
  jail: Jail | null,
  name: string,
  change: (one: Virtual, all: Virtual[]) => void,
): void {
  const noted = read(state);
  change(
    noted.list.find((one) => one.name === name && one.jid === (jail?.jid ?? null))!,
    noted.list,
  );
  write(state, noted);
}

/** @returns false when there is no such jail */
export function moveInto(state: State, name: string, wanted: string): boolean {
  const jail = findJail(state, wanted);
  if (!jail) return false;
  changeInterface(state, null, name, (one, all) => {
    const other = all.find((it) => it.kind === "epair" && it.unit === one.unit && it !== one)!;
    try {
      hostop(state, "move", [one.link, String(jail.pid), name]);
    } catch {
      // The jail that had this end took the cable along when it ended: lay it anew.
      hostop(state, "unlink", [other.link, one.link]);
      hostop(state, "pair", [other.link, one.link]);
      const bridge = all.find((it) => it.members.includes(other.name));
      if (bridge) hostop(state, "member", [other.link, bridge.link]);
      hostop(state, "move", [one.link, String(jail.pid), name]);
    }
    Object.assign(one, { jid: jail.jid, addresses: [] });
    for (const it of all) it.members = it.members.filter((member) => member !== name);
  });
  return true;
}

/** What a jail had comes back to the host when it ends, without addresses; only `name` when it is given. */
export function returnInterfaces(state: State, jid: number, name?: string): void {
  if (!existsSync(path(state))) return;
  const noted = read(state);
  const back = noted.list.filter((one) => one.jid === jid && (name === undefined || one.name === name));
  for (const one of back) Object.assign(one, { jid: null, addresses: [] });
  if (back.length > 0) write(state, noted);
}
