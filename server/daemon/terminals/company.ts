import type { Company, Person } from "../../contract/together.ts";
import type { Guests } from "./guests.ts";
import type { Viewer } from "./viewer.ts";

/** Whose shell it is, whom he shows it to, and whether it is recorded. */
export type House = {
  readonly owner: string;
  readonly guests: Guests;
  recording(): Company["recording"];
};

/** What a viewer may: who was a guest a moment ago and is on his way out may only look. */
export function modeOf(house: House, viewer: Pick<Viewer, "who" | "guest">): Person["mode"] {
  if (viewer.guest) return house.guests.modeOf(viewer.who) ?? "read";
  return viewer.who === house.owner ? "owner" : "type";
}

/** Tells everybody who is there; who has no name of his own hears of it once there is something to say. */
export function tellCompany(house: House, viewers: ReadonlySet<Viewer>): void {
  const people = new Map<string, Person>();
  for (const viewer of viewers)
    people.set(viewer.who, { name: viewer.who, mode: modeOf(house, viewer), guest: viewer.guest, here: true });
  for (const name of house.guests.names)
    if (!people.has(name)) people.set(name, { name, mode: house.guests.modeOf(name)!, guest: true, here: false });
  const list = [...people.values()].slice(0, 32);
  const recording = house.recording();
  for (const viewer of viewers) {
    const you = modeOf(house, viewer);
    const his = you === "owner";
    if (viewer.typist === null && !viewer.knowsCompany && list.length < 2 && !recording) continue;
    viewer.knowsCompany = true;
    viewer.tell({
      t: "company",
      self: viewer.who,
      you,
      // Who was let in and is away is the owner's affair.
      people: list.filter(({ here }) => here || his),
      asks: his ? house.guests.asks : [],
      until: his ? house.guests.until : null,
      recording,
    });
  }
}

/** Guests hear that it is over for them; nothing reaches them after this call. */
export function dismiss(viewers: readonly Viewer[]): void {
  for (const viewer of viewers) viewer.dismiss({ t: "exit", status: null, signal: null, reason: "sharing-ended" });
}
