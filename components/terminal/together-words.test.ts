import { describe, expect, it } from "vitest";
import { clock, consentWords, doing, whyEnded } from "./together-words.ts";

describe("words about those who are there", () => {
  it("say what somebody does, and that he is away", () => {
    const one = { name: "greta", guest: true, here: true } as const;
    expect([
      doing({ ...one, mode: "read" }),
      doing({ ...one, mode: "type" }),
      doing({ ...one, mode: "read", here: false }),
      doing({ ...one, mode: "type", here: false }),
    ]).toEqual(["reads", "types", "may read, is away", "may type, is away"]);
  });

  it("say of a question what is given away: the past, the present, root", () => {
    expect(consentWords("greta", "mail", "root")).toMatch(
      /all that is printed.*was printed before.*types as root in mail/,
    );
    expect(consentWords("greta", "mail", "www")).toContain("types as www in mail");
  });

  it("tell why a recording is over only when nobody has stopped it", () => {
    const ended = (why: "stopped" | "disk-full" | null) => whyEnded({ since: "x", ended: why });
    expect([whyEnded(null), ended(null), ended("stopped")]).toEqual([null, null, null]);
    expect(ended("disk-full")).toContain("disk is nearly full");
  });

  it("show a time alone today, with its day otherwise", () => {
    const now = new Date(2026, 0, 2, 12, 0);
    const at = (day: number) => clock(new Date(2026, 0, day, 9, 5).toISOString(), now);
    expect(at(3)).toContain(at(2));
    expect(at(3).length).toBeGreaterThan(at(2).length);
  });
});
