import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { SCHEME_NAMES, SCHEMES, themeOf } from "./colours.ts";

/** Relative luminance, WCAG 2.2. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const c = parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}
const contrast = (a: string, b: string) => {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light! + 0.05) / (dark! + 0.05);
};

test("contrast is counted as WCAG counts it", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
  expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
});

const all = SCHEME_NAMES.flatMap((scheme) => (["light", "dark"] as const).map((ground) => [scheme, ground] as const));
describe.each(all)("%s, %s", (scheme, ground) => {
  const shade = SCHEMES[scheme][ground];
  const sixteen = shade.sixteen.split(" ");
  const least = scheme === "stark" ? 7 : 4.5;

  test("sixteen colours, each readable on the ground", () => {
    expect(sixteen).toHaveLength(16);
    for (const colour of sixteen) expect(colour).toMatch(/^#[0-9a-f]{6}$/);
    const weak = sixteen.map((colour, i) => [i, contrast(colour, shade.background)] as const);
    expect(weak.filter(([, c]) => c < least)).toEqual([]);
  });

  test("text is readable on the ground, in a selection and where the search has marked it", () => {
    expect(contrast(shade.foreground, shade.background)).toBeGreaterThanOrEqual(7);
    const { selectionForeground, selectionBackground, selectionInactiveBackground } = themeOf(shade);
    expect(contrast(selectionForeground!, selectionBackground!)).toBeGreaterThanOrEqual(least);
    expect(contrast(selectionForeground!, selectionInactiveBackground!)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(shade.foreground, shade.mark)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(shade.foreground, shade.markHere)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(shade.cursor, shade.background)).toBeGreaterThanOrEqual(3);
  });
});

test.each([
  ["light", ":root"],
  ["dark", ':root[data-theme="dark"]'],
] as const)("ink is the panel's %s", (ground, selector) => {
  const css = readFileSync(new URL("../../app/globals.css", import.meta.url), "utf8");
  const block = css.slice(css.indexOf(`${selector} {`));
  const token = (name: string) => new RegExp(`${name}:\\s*(#[0-9a-f]{6})`).exec(block)![1];
  const { background, foreground, cursor, selection, selectionInactive } = SCHEMES.ink[ground];
  expect({ background, foreground, cursor, selection, selectionInactive }).toEqual({
    background: token("--sunken"),
    foreground: token("--ink"),
    cursor: token("--accent-text"),
    selection: token("--ink-2"),
    selectionInactive: token("--ink-3"),
  });
});
