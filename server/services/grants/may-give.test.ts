import { describe, expect, it } from "vitest";
import { type GrantRight, PRESETS } from "../../contract/grants.ts";
import { descendants, type Held, narrowed, tooMuch, type Wish } from "./may-give.ts";

const day = (n: number) => new Date(Date.UTC(2030, 0, n));
const held = (account: string, through: string | null, rights: readonly GrantRight[], endsAt: Date | null = null) =>
  ({ account, through, rights, shellAs: "root", endsAt }) satisfies Held;
const part = (rights: readonly GrantRight[], endsAt: Date | null = null, shellAs = "root"): Wish => ({
  rights,
  shellAs,
  endsAt,
});
const { owner, helper, viewer } = PRESETS;

describe("tooMuch", () => {
  it.each([
    ["all of one's own", part(owner, null), part(owner, null), null],
    ["less", part(owner, null), part(viewer, day(1)), null],
    ["a right that one has not", part(helper, null), part(owner, null), "rights"],
    ["no end where one's own ends", part(owner, day(2)), part(viewer, null), "endsAt"],
    ["a later end", part(owner, day(2)), part(viewer, day(3)), "endsAt"],
    ["another account than one's own", part(owner, null, "www"), part(helper, null, "root"), "shellAs"],
    ["the account that one has oneself", part(owner, null, "www"), part(helper, null, "www"), null],
    ["an account, by who may be root", part(owner), part(helper, null, "www"), null],
    ["an account without a shell", part(owner, null, "www"), part(viewer, null, "root"), null],
    ["the same end", part(owner, day(2)), part(viewer, day(2)), null],
  ] as const)("%s", (_, giver, wish, field) => expect(tooMuch(giver, wish)?.field ?? null).toBe(field));
});

const FAMILY = [
  held("anna", "admin", owner),
  held("berta", "anna", owner),
  held("carl", "berta", helper),
  held("dora", "anna", viewer, day(9)),
  held("emil", "admin", owner),
  held("fritz", "emil", helper),
];

describe("descendants", () => {
  it("are those through him and through those", () => {
    expect([...descendants(FAMILY, "anna")].toSorted()).toEqual(["berta", "carl", "dora"]);
    expect([...descendants(FAMILY, "carl")]).toEqual([]);
  });
  it("end where two gave to each other", () => {
    const ring = [held("anna", "berta", owner), held("berta", "anna", owner)];
    expect([...descendants(ring, "anna")]).toEqual(["berta"]);
  });
});

describe("narrowed", () => {
  const plain = (changes: ReturnType<typeof narrowed>) => Object.fromEntries(changes);
  it("takes everything from those through him when his part goes", () =>
    expect(plain(narrowed(FAMILY, "anna", null))).toEqual({ berta: null, carl: null, dora: null }));
  it("leaves others alone", () => expect(plain(narrowed(FAMILY, "emil", null))).toEqual({ fritz: null }));
  it("takes what he lost himself, down to the last", () =>
    expect(
      plain(
        narrowed(
          FAMILY,
          "anna",
          part(
            owner.filter((right) => right !== "shell"),
            null,
          ),
        ),
      ),
    ).toEqual({
      berta: part(
        owner.filter((right) => right !== "shell"),
        null,
      ),
      carl: part(["see", "power", "processes"], null),
    }));
  it("ends them with him, and not those who end before", () =>
    expect(plain(narrowed(FAMILY, "anna", part(owner, day(10))))).toEqual({
      berta: part(owner, day(10)),
      carl: part(helper, day(10)),
    }));
  it("who may not invite any more has nobody through him", () =>
    expect(plain(narrowed(FAMILY, "berta", part(helper, null)))).toEqual({ carl: null }));
  it("lets their shells run as his do", () =>
    expect(plain(narrowed(FAMILY, "anna", part(owner, null, "www")))).toEqual({
      berta: part(owner, null, "www"),
      carl: part(helper, null, "www"),
    }));
  it("changes nothing when he has what he had", () =>
    expect(plain(narrowed(FAMILY, "anna", part(owner, null)))).toEqual({}));
  it("comes to an end in a ring", () => {
    const ring = [held("anna", "berta", owner), held("berta", "anna", owner)];
    expect(plain(narrowed(ring, "anna", null))).toEqual({ berta: null });
  });
});
