import type { Terminal } from "@xterm/xterm";

/** How long after a change of size a scroll that nobody's hands made is taken back, in ms. */
const SETTLES = 2000;

/**
 * Whoever looks at the end looks at it after a change of size too. Output that comes before the renderer knows its new
 * height makes xterm scroll back by the lost lines, and stay there as if a person had wanted it.
 * @param term a terminal that is open in `box`
 * @returns to be called just before each change of size
 */
export function stayAtEnd(box: HTMLElement, term: Terminal, signal: AbortSignal): () => void {
  let until = 0;
  const byHand = () => (until = 0);
  for (const name of ["wheel", "touchstart", "pointerdown", "keydown"])
    box.addEventListener(name, byHand, { capture: true, passive: true, signal });
  const rendered = term.onRender(() => {
    const { viewportY, baseY } = term.buffer.active;
    if (viewportY < baseY && performance.now() < until) term.scrollToBottom();
  });
  signal.addEventListener("abort", () => rendered.dispose());
  return () => {
    const { viewportY, baseY } = term.buffer.active;
    if (viewportY === baseY) until = performance.now() + SETTLES;
  };
}
