import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { SCHEMES } from "./colours.ts";

const css = readFileSync(new URL("../../app/globals.css", import.meta.url), "utf8");
const ground = (selector: string) => /--sunken:\s*(#[0-9a-f]{6})/.exec(css.slice(css.indexOf(`${selector} {`)))![1]!;

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

test.each([
  ["light", ":root"],
  ["dark", ':root[data-theme="dark"]'],
] as const)("each of the sixteen is readable on the %s ground", (scheme, selector) => {
  const on = ground(selector);
  const weak = SCHEMES[scheme]
    .map((colour, i) => [i, colour, contrast(colour, on)] as const)
    .filter(([, , c]) => c < 4.5);
  expect(weak).toEqual([]);
  expect(SCHEMES[scheme]).toHaveLength(16);
});
