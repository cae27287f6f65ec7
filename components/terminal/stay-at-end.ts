import type { Terminal } from "@xterm/xterm";

/** How long after the hands have moved a scroll may be theirs, in ms. */
const BY_HAND = 2000;
const SCROLL_KEYS = new Set(["PageUp", "PageDown", "Home", "End", "ArrowUp", "ArrowDown"]);

/**
 * Whoever looks at the end goes on looking at it until his hands scroll. A change of size that xterm's renderer has not heard of yet makes
 * xterm scroll back, by some lines or to the very top, before or after the terminal itself has changed, and stay there as if a person had wanted it.
 * @param term a terminal that is open in `box`
 * @returns to be called just before each change of size
 */
export function stayAtEnd(box: HTMLElement, term: Terminal, signal: AbortSignal): () => void {
  let follows = true;
  let handsAt = -Infinity;
  const byHand = () => (handsAt = performance.now());
  const on = <K extends keyof HTMLElementEventMap>(name: K, isScroll: (event: HTMLElementEventMap[K]) => boolean) =>
    box.addEventListener(name, (event) => isScroll(event) && byHand(), { capture: true, passive: true, signal });
  on("wheel", () => true);
  on("touchmove", () => true);
  on("pointermove", ({ buttons, pointerType }) => buttons !== 0 && pointerType === "mouse");
  on("keydown", ({ key, shiftKey, metaKey }) => (shiftKey || metaKey) && SCROLL_KEYS.has(key));
  // Who reads by a screen reader steps from line to line, and past the first one into what was above.
  on("focusin", ({ target }) => target !== term.textarea);
  const rendered = term.onRender(() => {
    const { viewportY, baseY } = term.buffer.active;
    if (viewportY >= baseY) follows = true;
    // what was found is selected
    else if (performance.now() - handsAt < BY_HAND || term.hasSelection()) follows = false;
    else if (follows) term.scrollToBottom();
  });
  signal.addEventListener("abort", () => rendered.dispose());
  return () => {
    if (follows) handsAt = -Infinity;
  };
}
