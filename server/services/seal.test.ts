import { afterEach, beforeEach, expect, it } from "vitest";
import { seal, unseal } from "./seal.ts";
import { type TestPanel, testPanel } from "./testing/panel.ts";

const shared = globalThis as { knastSecret?: string };
let panel: TestPanel;
beforeEach(async () => {
  panel = await testPanel();
  delete shared.knastSecret;
});
afterEach(() => panel.stop());

it("opens what it has sealed, each time sealed otherwise", () => {
  for (const text of ["", "JBSWY3DPEHPK3PXP", "ünï 漢字", "x".repeat(10_000)]) {
    expect(unseal("totp", "a", seal("totp", "a", text))).toBe(text);
    expect(seal("totp", "a", text)).not.toBe(seal("totp", "a", text));
  }
  expect(seal("totp", "a", "JBSWY3DPEHPK3PXP")).not.toContain("JBSW");
});

it("opens nothing that was changed, cut, for another one, or sealed by another panel", () => {
  const sealed = seal("totp", "a", "secret");
  const flipped = [...sealed].map((char, i) => sealed.slice(0, i) + (char === "A" ? "B" : "A") + sealed.slice(i + 1));
  // The last character of a part of base64url may hold bits that mean nothing.
  const real = flipped.filter((_, i) => i < sealed.length - 1 && sealed[i + 1] !== ".");
  for (const bad of [...real, sealed.slice(0, -4), "", "v1.", "secret"]) expect(unseal("totp", "a", bad)).toBeNull();
  expect([unseal("totp", "b", sealed), unseal("webhook", "a", sealed)]).toEqual([null, null]);
  shared.knastSecret = "another one";
  expect(unseal("totp", "a", sealed)).toBeNull();
  delete shared.knastSecret;
});
