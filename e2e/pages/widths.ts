import { expect, type Page, test } from "@playwright/test";

/** @returns by how many pixels the page or its room can be scrolled sideways; the room scrolls by itself, so that the document never shows it */
export const beyond = (page: Page): Promise<number> =>
  page.evaluate(() =>
    Math.max(
      ...[document.documentElement, document.querySelector("main")].map((box) =>
        box ? box.scrollWidth - box.clientWidth : 0,
      ),
    ),
  );

/** On a phone's and on a desk's width the room has all that stands in it in sight; it asks `seen` for what must be there first. */
export async function fitsOnScreens(page: Page, url: string, seen: (page: Page) => Promise<unknown>): Promise<void> {
  for (const width of [390, 1280]) {
    await page.setViewportSize({ width, height: 844 });
    await page.goto(url);
    await seen(page);
    expect(await beyond(page), `${url} at ${width}`).toBe(0);
  }
}

/**
 * The same by the document, dark on the phone and light on the desk. With KNAST_LOOK both in both lights, and pictures of it lie
 * beside the story's other results.
 */
export async function fitsInBothLights(page: Page, url: string, seen: (page: Page) => Promise<unknown>): Promise<void> {
  const all = process.env["KNAST_LOOK"] !== undefined;
  for (const [width, schemes] of [
    [390, all ? (["dark", "light"] as const) : (["dark"] as const)],
    [1280, all ? (["dark", "light"] as const) : (["light"] as const)],
  ] as const)
    for (const scheme of schemes) {
      await page.setViewportSize({ width, height: 844 });
      await page.emulateMedia({ colorScheme: scheme });
      await page.goto(url);
      await seen(page);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(wide, `${url} ${width} ${scheme}`).toBeLessThanOrEqual(0);
      const file = `${url.split("/").at(-1)}-${width}-${scheme}.png`;
      if (all) await page.screenshot({ path: test.info().outputPath(file), fullPage: true });
    }
}
