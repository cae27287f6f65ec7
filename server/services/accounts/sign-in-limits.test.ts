import { expect, it } from "vitest";
import { KnastError } from "../../contract/errors.ts";
import { SignInLimits } from "./sign-in-limits.ts";

function limits() {
  let now = 1_000_000_000_000;
  const made = new SignInLimits(() => now);
  const refused = (account: string, address: string) => {
    try {
      made.attempt(account, address);
      return false;
    } catch (error) {
      expect(error).toBeInstanceOf(KnastError);
      expect((error as KnastError).code).toBe("too_many");
      return true;
    }
  };
  return { made, refused, pass: (ms: number) => (now += ms) };
}

it("lets five failures go, then doubles the wait up to a quarter of an hour", () => {
  const { refused, pass } = limits();
  for (let i = 0; i < 6; i++) expect(refused("anna", `a${i}`), `failure ${i}`).toBe(false);
  let wait = 2000;
  for (let i = 0; i < 14; i++) {
    expect(refused("anna", `b${i}`)).toBe(true);
    pass(wait - 1);
    expect(refused("anna", `c${i}`), `still within ${wait} ms`).toBe(true);
    pass(1);
    expect(refused("anna", `d${i}`), `after ${wait} ms`).toBe(false);
    wait = Math.min(wait * 2, 15 * 60_000);
  }
  expect(wait).toBe(15 * 60_000);
  pass(wait);
  expect(refused("anna", "e")).toBe(false); // nobody is locked for good
});

it("bounds the guesses that one attacker gets in a day", () => {
  const { refused, pass } = limits();
  let tries = 0;
  for (let ms = 0; ms < 24 * 3_600_000; ms += 1000) {
    if (!refused("anna", `${ms}`)) tries++;
    pass(1000);
  }
  expect(tries).toBeLessThan(120);
});

it("takes twenty a minute from an address, over all names", () => {
  const { refused, pass } = limits();
  for (let i = 0; i < 20; i++) expect(refused(`name${i}`, "192.0.2.1")).toBe(false);
  expect(refused("other", "192.0.2.1")).toBe(true);
  expect(refused("other", "192.0.2.2")).toBe(false);
  pass(60_000);
  expect(refused("other", "192.0.2.1")).toBe(false);
});

it("counts tries at once before any of them has ended, and forgives after a success", () => {
  const { made, refused } = limits();
  const at_once = Array.from({ length: 30 }, (_, i) => refused("anna", `x${i}`));
  expect(at_once.filter((no) => !no)).toHaveLength(6);
  made.succeeded("anna", "x0");
  expect(refused("anna", "x0")).toBe(false);
});

it("keeps a bounded number of names", () => {
  const { made, refused } = limits();
  for (let i = 0; i < 30_000; i++) refused(`made-up-${i}`, `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`);
  expect((made as unknown as { accounts: Map<string, unknown> }).accounts.size).toBeLessThanOrEqual(10_000);
});
