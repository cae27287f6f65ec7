import { expect, type Page } from "@playwright/test";

type Xterm = import("@xterm/xterm").Terminal;
/** What the panel leaves at its window for a driver. */
export type Hooks = Window & {
  __knastTerminals?: Map<string, Xterm>;
  __knastImages?: WeakMap<Xterm, import("@xterm/addon-image").ImageAddon>;
};

/** What can be seen of the visible terminal beside its text. */
export function peek(page: Page) {
  return page.evaluate(() => {
    const box = [...document.querySelectorAll<HTMLElement>("[data-terminal]")].find((one) => one.checkVisibility())!;
    const hooks = window as unknown as Hooks;
    const term = hooks.__knastTerminals!.get(box.dataset.terminal!)!;
    const images = hooks.__knastImages?.get(term);
    const { active } = term.buffer;
    const screen = box.querySelector(".xterm-screen")!.getBoundingClientRect();
    const pictures = Array.from({ length: active.length }, (_, y) => images?.getImageAtBufferCell(0, y));
    const colours = pictures
      .filter((canvas) => canvas !== undefined)
      .map((canvas) => [...canvas.getContext("2d")!.getImageData(1, 1, 1, 1).data].join());
    return {
      cols: term.cols,
      rows: term.rows,
      fontSize: term.options.fontSize,
      ground: term.options.theme!.background,
      top: active.viewportY,
      base: active.baseY,
      cursorY: active.cursorY,
      selection: term.getSelection(),
      /** whether the addon for pictures is there, and the colours of those at the left edge */
      images: images !== undefined,
      colours: [...new Set(colours)],
      screen: { x: screen.x, y: screen.y, width: screen.width, height: screen.height },
      lines: Array.from(
        { length: term.rows },
        (_, y) => active.getLine(active.viewportY + y)?.translateToString(true) ?? "",
      ),
    };
  });
}

/** Where the middle of a text of the screen is in the page; its last place when there are several. */
export async function placeOf(page: Page, text: string): Promise<{ x: number; y: number }> {
  const { lines, screen, cols, rows } = await peek(page);
  const y = lines.findLastIndex((line) => line.includes(text));
  expect(y, `${text} on the screen`).toBeGreaterThanOrEqual(0);
  const x = lines[y]!.lastIndexOf(text) + text.length / 2;
  return { x: screen.x + (x * screen.width) / cols, y: screen.y + ((y + 0.5) * screen.height) / rows };
}

/** The whole screen as text: each cell with its looks, the cursor, the modes that a program has set. Equal texts are equal screens. */
export function picture(page: Page): Promise<string> {
  return page.evaluate(() => {
    const box = [...document.querySelectorAll<HTMLElement>("[data-terminal]")].find((one) => one.checkVisibility())!;
    const term = (window as unknown as Hooks).__knastTerminals?.get(box.dataset.terminal!);
    if (!term) return "";
    const { active } = term.buffer;
    const { coreService, coreMouseService } = (
      term as unknown as {
        _core: { coreService: { isCursorHidden: boolean }; coreMouseService: { activeEncoding: string } };
      }
    )._core;
    const rows = Array.from({ length: term.rows }, (_, y) => {
      const line = active.getLine(active.baseY + y)!;
      let text = "";
      let before = "";
      for (let x = 0; x < term.cols; x++) {
        const cell = line.getCell(x)!;
        const looks = [
          cell.getFgColorMode() && `f${cell.getFgColor()}`,
          cell.getBgColorMode() && `b${cell.getBgColor()}`,
          cell.isBold() && "bold",
          cell.isInverse() && "inverse",
          cell.isUnderline() && "under",
          cell.getWidth() === 2 && "wide",
        ]
          .filter(Boolean)
          .join();
        if (looks !== before) text += `<${looks}>`;
        before = looks;
        text += cell.getChars() || (cell.getWidth() === 0 ? "" : " ");
      }
      return text.trimEnd();
    });
    const { x, y } = { x: active.cursorX, y: active.cursorY };
    return [
      ...rows,
      `${term.cols}x${term.rows} ${active.type} cursor ${x},${y} ${coreService.isCursorHidden ? "hidden" : "shown"}`,
      `${JSON.stringify(term.modes)} ${coreMouseService.activeEncoding}`,
    ].join("\n");
  });
}
