import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const css = readFileSync(new URL("../../app/globals.css", import.meta.url), "utf8");

function tokens(selector: string): Record<string, string> {
  const start = css.indexOf(`${selector} {`);
  const block = css.slice(css.indexOf("{", start) + 1, css.indexOf("}", start));
  return Object.fromEntries([...block.matchAll(/--([a-z0-9-]+):\s*([^;]+);/g)].map((m) => [m[1]!, m[2]!]));
}

/** WCAG 2.2 relative luminance of #rrggbb. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const c = parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}
function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

const themes = { light: tokens(":root"), dark: tokens(':root[data-theme="dark"]') };

test("the computation agrees with the two fixed points of WCAG", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
  expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
});

test("dark is the same by the system's wish and by choice", () => {
  expect(tokens(':root:not([data-theme="light"])')).toEqual(themes.dark);
  expect(Object.keys(themes.dark).toSorted()).toEqual(Object.keys(themes.light).toSorted());
});

describe.each(Object.entries(themes))("%s", (_, t) => {
  const texts = ["ink", "ink-2", "ink-3", "accent-text", "ok", "idle", "warn", "bad"];
  const grounds = ["paper", "raised", "sunken"];
  test.each(texts.flatMap((text) => grounds.map((ground) => [text, ground] as const)))("%s on %s ≥ 4.5", (text, on) => {
    expect(contrast(t[text]!, t[on]!)).toBeGreaterThanOrEqual(4.5);
  });
  test.each(["accent", "accent-2"])("the button's word on %s ≥ 4.5", (ground) => {
    expect(contrast(t["accent-ink"]!, t[ground]!)).toBeGreaterThanOrEqual(4.5);
  });
  test.each(["ink", "ink-2"])("%s on a marked line ≥ 4.5", (text) => {
    expect(contrast(t[text]!, t.mark!)).toBeGreaterThanOrEqual(4.5);
  });
  test.each(["line-2", "focus", "accent"])("%s carries meaning as a line: ≥ 3 on each ground", (line) => {
    for (const ground of grounds) expect(contrast(t[line]!, t[ground]!)).toBeGreaterThanOrEqual(3);
  });
});
