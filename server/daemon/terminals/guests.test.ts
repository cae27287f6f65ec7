import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MAX_ASKING, MAX_GUESTS } from "../../contract/together.ts";
import { Guests } from "./guests.ts";

let cut: (string | null)[];
let guests: Guests;
beforeEach(() => {
  vi.useFakeTimers();
  cut = [];
  guests = new Guests(
    "anna",
    () => {},
    (name) => cut.push(name),
  );
});
afterEach(() => vi.useRealTimers());

const HOUR = 3_600_000;

describe("a link to a shell", () => {
  it("has 256 bits, and only its latest one is good", () => {
    const first = guests.share(HOUR).token;
    expect(Buffer.from(first, "base64url")).toHaveLength(32);
    const second = guests.share(HOUR).token;
    expect([first, second, `${second.slice(0, -1)}x`, ""].map((token) => guests.isFor(token))).toEqual([
      false,
      true,
      false,
      false,
    ]);
  });

  it("is kept as a hash: nothing that is told about it holds the token", () => {
    const { token } = guests.share(HOUR);
    guests.knock("greta", "g1");
    expect(JSON.stringify([guests.list(), guests.asks, guests.until, guests])).not.toContain(token);
  });

  it("ends everything when its time is over", () => {
    const { token } = guests.share(HOUR);
    guests.knock("greta", "g1");
    guests.admit("greta", "type");
    vi.advanceTimersByTime(HOUR - 1);
    expect([guests.isFor(token), guests.modeOf("greta"), cut]).toEqual([true, "type", []]);
    vi.advanceTimersByTime(1);
    expect([guests.isFor(token), guests.modeOf("greta"), guests.until, cut]).toEqual([false, null, null, [null]]);
  });
});

describe("who asks", () => {
  it("is nothing before he was let in, and only for his own account", () => {
    guests.share(HOUR);
    guests.knock("greta", "g1");
    expect([guests.modeOf("greta"), guests.stateOf("greta", "g1"), guests.stateOf("emil", "e1")]).toEqual([
      null,
      "asking",
      "stranger",
    ]);
    guests.admit("greta", "read");
    expect(guests.stateOf("greta", "g1")).toBe("read");
    // Her account was deleted and somebody has her name now.
    expect(guests.stateOf("greta", "g2")).toBe("stranger");
    guests.knock("greta", "g2");
    expect([guests.modeOf("greta"), cut]).toEqual([null, ["greta"]]);
  });

  it("is not heard again after a refusal, not even under another name, until there is another link", () => {
    guests.share(HOUR);
    guests.knock("greta", "g1");
    guests.admit("greta", "none");
    guests.knock("greta", "g1");
    expect([guests.asks, guests.stateOf("greta", "g1"), cut]).toEqual([[], "refused", []]);
    guests.share(HOUR);
    guests.knock("greta", "g1");
    expect(guests.asks).toEqual(["greta"]);
  });

  it("can't be let in without having asked; the owner can't ask", () => {
    guests.share(HOUR);
    guests.knock("anna", "a1");
    expect([guests.asks, guests.stateOf("anna", "a1")]).toEqual([[], "owner"]);
    expect(() => guests.admit("emil", "read")).toThrow(expect.objectContaining({ code: "not_found" }));
  });

  it("is one of few", () => {
    guests.share(HOUR);
    for (let i = 0; i < MAX_ASKING; i++) guests.knock(`g${i}`, `a${i}`);
    expect(() => guests.knock("one-more", "x")).toThrow(expect.objectContaining({ code: "too_many" }));
    for (let i = 0; i < MAX_GUESTS; i++) guests.admit(`g${i}`, "read");
    expect(() => guests.admit(`g${MAX_GUESTS}`, "read")).toThrow(expect.objectContaining({ code: "too_many" }));
    guests.admit("g0", "none");
    guests.admit(`g${MAX_GUESTS}`, "read");
  });

  it("keeps what he was given when there is a new link, and loses it with all others by one word", () => {
    guests.share(HOUR);
    guests.knock("greta", "g1");
    guests.admit("greta", "read");
    guests.share(HOUR);
    guests.admit("greta", "type");
    guests.unheard("greta", 3);
    guests.admit("greta", "read");
    expect(guests.list()).toEqual([{ name: "greta", account: "g1", mode: "read", unheard: 3 }]);
    guests.stop();
    expect([guests.list(), guests.until, cut]).toEqual([[], null, [null]]);
  });
});
