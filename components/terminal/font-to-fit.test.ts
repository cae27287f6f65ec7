import { expect, it } from "vitest";
import { fontToFit } from "./font-to-fit.ts";

// Letters as wide as 0.6 of their size.
const at = (size: number) => ({ size, cell: size * 0.6 });

it("has all columns in view, whatever the font is now, and never beyond its own bounds", () => {
  for (const size of [6, 9.5, 13]) {
    expect(fontToFit(at(size), 80, 382, 13)).toBe(7.5);
    expect(80 * 0.6 * fontToFit(at(size), 80, 382, 13)).toBeLessThanOrEqual(382);
    expect(fontToFit(at(size), 40, 382, 13)).toBe(13);
    expect(fontToFit(at(size), 200, 382, 13)).toBe(6);
  }
});

it("stays with the usual size where nothing can be measured yet", () => {
  for (const [cell, cols, width] of [
    [0, 80, 382],
    [7, 80, 0],
    [Number.NaN, 80, 382],
  ] as const)
    expect(fontToFit({ size: 13, cell }, cols, width, 13)).toBe(13);
});
