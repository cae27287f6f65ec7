import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { KnastError } from "../../contract/errors.ts";
import { db } from "../db.ts";
import { type TestPanel, testPanel } from "../testing/panel.ts";
import { forgive } from "./forgive.ts";
import { listBlocked } from "./list-blocked.ts";
import { SignInLimits } from "./sign-in-limits.ts";

/** The whole campaign with KNAST_GUESSES=all, a tenth of it in each run; the bounds are the same. */
const GUESSES = process.env.KNAST_GUESSES === "all" ? 10_000 : 1000;

let panel: TestPanel;
beforeEach(async () => void (panel = await testPanel()));
afterEach(() => panel.stop());

function clocked() {
  let now = 1_000_000_000_000;
  const clock = () => now;
  const limits = new SignInLimits(clock);
  const one = (account: string, source: string, device: string | null = null) =>
    ({ kind: "account", account, source, device }) as const;
  /** whether a wrong guess was looked at */
  const looked = (account: string, source: string, device: string | null = null, by = limits) =>
    by.attempt(one(account, source, device)).then(
      () => true,
      (error: unknown) => {
        expect(error).toBeInstanceOf(KnastError);
        expect((error as KnastError).code).toBe("too_many");
        return false;
      },
    );
  return { limits, looked, one, clock, pass: (ms: number) => (now += ms) };
}

const address = (n: number) => `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;

describe("the waits", () => {
  it("are none for five failures, then double up to a quarter of an hour", async () => {
    const { looked, pass } = clocked();
    for (let i = 0; i < 6; i++) expect(await looked("anna", "192.0.2.1"), `failure ${i}`).toBe(true);
    let wait = 2000;
    for (let i = 0; i < 12; i++) {
      pass(wait - 1);
      expect(await looked("anna", "192.0.2.1"), `still within ${wait} ms`).toBe(false);
      pass(1);
      expect(await looked("anna", "192.0.2.1"), `after ${wait} ms`).toBe(true);
      wait = Math.min(wait * 2, 15 * 60_000);
    }
    expect(wait).toBe(15 * 60_000);
  });

  it("survive a restart, and end by the host's command line", async () => {
    const { looked, clock } = clocked();
    for (let i = 0; i < 6; i++) await looked("anna", "192.0.2.1");
    const after = new SignInLimits(clock);
    expect(await looked("anna", "192.0.2.1", null, after)).toBe(false);
    expect((await listBlocked(new Date(clock()))).map((each) => each.what)).toEqual(["account:anna"]);
    expect(await forgive("anna")).toBe(2);
    expect(await looked("anna", "192.0.2.1", null, after)).toBe(true);
  });

  it("are the same for names that are not there", async () => {
    const { looked } = clocked();
    await db().account.create({ data: { name: "anna", passwordHash: "x" } });
    const pattern = async (name: string, source: string) => {
      const seen = [];
      for (let i = 0; i < 10; i++) seen.push(await looked(name, source));
      return seen;
    };
    expect(await pattern("anna", "192.0.2.1")).toEqual(await pattern("nobody", "192.0.2.2"));
  });

  it("count tries at once before any has ended, and are forgotten after a success", async () => {
    const { limits, looked, one } = clocked();
    const all = await Promise.all(Array.from({ length: 30 }, () => looked("anna", "192.0.2.1")));
    expect(all.filter(Boolean)).toHaveLength(6);
    await limits.succeeded(one("anna", "192.0.2.1"));
    expect(await looked("anna", "192.0.2.1")).toBe(true);
  });

  it("are not shortened by a right password whose second step is missing", async () => {
    const { limits, looked, one, pass } = clocked();
    for (let i = 0; i < 8; i++) {
      await looked("anna", "192.0.2.1");
      pass(60_000);
    }
    await limits.attempt(one("anna", "192.0.2.1"));
    await limits.takeBack(one("anna", "192.0.2.1"));
    expect((await db().signInFailure.findUnique({ where: { key: "account:anna" } }))?.failures).toBe(8);
  });

  it("hold a /64 of IPv6 as one address, over all names", async () => {
    const { looked, pass } = clocked();
    for (let i = 0; i < 20; i++) expect(await looked(`name${i}`, `2001:db8:1:2::${i}`)).toBe(true);
    expect(await looked("other", "2001:db8:1:2:ffff::1")).toBe(false);
    expect(await looked("other", "2001:db8:1:3::1")).toBe(true);
    pass(60_000);
    expect(await looked("other", "2001:db8:1:2::1")).toBe(true);
  });

  it("keep what has failed most when made-up names fill the table", async () => {
    const { clock, looked } = clocked();
    const small = new SignInLimits(clock, 100);
    for (let i = 0; i < 7; i++) await looked("anna", "192.0.2.1", null, small);
    for (let i = 0; i < 500; i++) await looked(`y${i}`, address(i), null, small);
    expect(await db().signInFailure.count()).toBeLessThanOrEqual(130);
    expect(await looked("anna", "192.0.2.1", null, small)).toBe(false);
  });
});

describe("attacks", () => {
  it(`${GUESSES} guesses from one address in an hour: few are looked at, and another address gets in at once`, async () => {
    const { limits, looked, one, pass } = clocked();
    let seen = 0;
    for (let i = 0; i < GUESSES; i++) {
      if (await looked("anna", "192.0.2.1")) seen++;
      pass(3_600_000 / GUESSES);
    }
    expect(seen).toBeLessThanOrEqual(20);
    await limits.attempt(one("anna", "198.51.100.1"));
    await limits.succeeded(one("anna", "198.51.100.1"));
  });

  it(`${GUESSES} guesses from a thousand addresses on one account: at most a hundred in a row, a known device gets in at once`, async () => {
    const { limits, looked, one, pass } = clocked();
    let seen = 0;
    for (let i = 0; i < GUESSES; i++) {
      if (await looked("anna", address(i % 1000))) seen++;
      pass(10_000);
    }
    expect(seen).toBeLessThanOrEqual(100);
    expect(await looked("anna", address(77_777))).toBe(false);
    await limits.attempt(one("anna", address(1), "d".repeat(64)));
    await limits.succeeded(one("anna", address(1), "d".repeat(64)));
    // The right person was there: the account begins anew for the others too, so that nobody stays locked out.
    await limits.attempt(one("anna", address(77_777)));
  });

  it("never look at more than a hundred in a row in three days, however slowly they come, and a day later let the person in", async () => {
    const { looked, pass } = clocked();
    const days: number[] = [];
    for (let hour = 0; hour < 24 * 3; hour++) {
      for (let i = 0; i < 5; i++) {
        if (await looked("anna", address(hour * 60 + i))) days.push(hour);
        pass(12 * 60_000);
      }
    }
    // A hundred, then a day of rest; never two hundred.
    const first = days.slice(0, 100);
    expect(days.length).toBeLessThan(200);
    if (days.length > 100) expect(days[100]! - first.at(-1)!).toBeGreaterThanOrEqual(24);
    pass(24 * 3_600_000);
    expect(await looked("anna", "198.51.100.1")).toBe(true);
  });

  it("a thief of the device's cookie is held to the same hundred", async () => {
    const { looked, pass } = clocked();
    let seen = 0;
    for (let i = 0; i < 400; i++) {
      if (await looked("anna", "192.0.2.1", "d".repeat(64))) seen++;
      pass(3 * 60_000);
    }
    expect(seen).toBeLessThanOrEqual(100);
    expect(await looked("anna", "192.0.2.1")).toBe(true);
  });

  it(`one guess on ${GUESSES} names: twenty a minute from one address`, async () => {
    const { looked, pass } = clocked();
    let seen = 0;
    for (let i = 0; i < GUESSES; i++) {
      if (await looked(`name${i}`, "192.0.2.1")) seen++;
      pass(100);
    }
    expect(seen).toBeLessThanOrEqual(20 * (Math.ceil((GUESSES * 100) / 60_000) + 1));
  });

  it("two hundred at once: six are looked at for one account from one address", async () => {
    const { looked } = clocked();
    const all = await Promise.all(Array.from({ length: 200 }, () => looked("anna", "192.0.2.1")));
    expect(all.filter(Boolean)).toHaveLength(6);
  });
});
