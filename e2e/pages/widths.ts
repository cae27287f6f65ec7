import { expect, type Page } from "@playwright/test";

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
