import { expect, it } from "vitest";
import { CompanyTeller } from "./company-words.ts";
import type { Company } from "./together.ts";

const company = (over: Partial<Company> = {}): Company => ({
  t: "company",
  self: "anna",
  you: "owner",
  people: [{ name: "anna", mode: "owner", guest: false, here: true }],
  asks: [],
  until: null,
  recording: null,
  ...over,
});

it("tells who comes, what he may and that it is recorded, each once, and that one is alone again", () => {
  const teller = new CompanyTeller();
  const people = (mode: "read" | "type", here = true): Company["people"] => [
    ...company().people,
    { name: "greta", mode, guest: true, here },
  ];
  expect(teller.news(company())).toBeNull();
  expect(teller.news(company({ people: people("read") }))).toBe("greta reads here too");
  expect(teller.news(company({ people: people("read") }))).toBeNull();
  expect(teller.news(company({ people: people("type"), recording: { since: "x", ended: null } }))).toBe(
    "greta types here too, this is being recorded",
  );
  expect(teller.news(company({ people: people("type", false), recording: { since: "x", ended: "stopped" } }))).toBe(
    "you are alone here again",
  );
});
