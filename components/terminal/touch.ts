import type { Terminal } from "@xterm/xterm";
import { Swipe } from "./swipe.ts";
import { wordAt } from "./text.ts";

/** A finger that rests so long picks the word below it. */
const LONG_PRESS = 500;

/**
 * Fingers on a screen: a swipe scrolls, and runs on when it is thrown; where a program has the whole screen or the mouse, it
 * gets what a wheel would send, and nothing runs on. A long press picks a word, and moving on picks more. Taps stay with xterm.
 * @param term a terminal that is open in `box`
 */
export function takeFingers(box: HTMLElement, term: Terminal, signal: AbortSignal): void {
  let swipe: Swipe | null = null;
  let picking: { column: number; row: number; width: number } | null = null;
  let press: ReturnType<typeof setTimeout> | undefined;
  let frame = 0;
  let down = false;
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  const area = () => box.querySelector<HTMLElement>(".xterm-screen")!.getBoundingClientRect();
  const cellAt = (touch: Touch) => {
    const { left, top, width, height } = area();
    const within = (value: number, most: number) => Math.max(0, Math.min(most - 1, Math.floor(value)));
    return {
      column: within(((touch.clientX - left) / width) * term.cols, term.cols),
      row: within(((touch.clientY - top) / height) * term.rows, term.rows) + term.buffer.active.viewportY,
    };
  };
  const scrollsHere = () => term.buffer.active.type === "normal" && term.modes.mouseTrackingMode === "none";
  const scroll = (lines: number, touch: Touch) => {
    if (lines === 0) return;
    if (scrollsHere()) return term.scrollLines(lines);
    const target = box.querySelector(".xterm-screen")!;
    const { clientX, clientY } = touch;
    for (let i = 0; i < Math.min(Math.abs(lines), term.rows); i++)
      target.dispatchEvent(
        new WheelEvent("wheel", {
          deltaY: Math.sign(lines),
          deltaMode: WheelEvent.DOM_DELTA_LINE,
          clientX,
          clientY,
          bubbles: true,
          cancelable: true,
        }),
      );
  };
  const stop = () => {
    down = false;
    cancelAnimationFrame(frame);
    clearTimeout(press);
    swipe = null;
    picking = null;
  };

  box.addEventListener(
    "touchstart",
    (event) => {
      stop();
      down = true;
      if (event.touches.length !== 1) return;
      const touch = event.touches[0]!;
      swipe = new Swipe(area().height / term.rows, touch.clientY, event.timeStamp);
      press = setTimeout(() => {
        const { column, row } = cellAt(touch);
        const [begin, width] = wordAt(columnsOf(term, row), column);
        picking = { column: begin, row, width };
        term.select(begin, row, width);
      }, LONG_PRESS);
    },
    { passive: true, signal },
  );
  box.addEventListener(
    "touchmove",
    (event) => {
      const touch = event.touches[0];
      if (!touch || !swipe) return;
      event.preventDefault();
      if (picking) {
        const to = cellAt(touch);
        const from = picking.row * term.cols + picking.column;
        const at = to.row * term.cols + to.column;
        const begin = Math.min(from, at);
        const end = Math.max(from + picking.width, at + 1);
        return term.select(begin % term.cols, Math.floor(begin / term.cols), end - begin);
      }
      const lines = swipe.move(touch.clientY, event.timeStamp);
      if (swipe.moved) clearTimeout(press);
      scroll(lines, touch);
    },
    { passive: false, signal },
  );
  box.addEventListener(
    "touchend",
    (event) => {
      clearTimeout(press);
      down = false;
      const thrown = swipe;
      const touch = event.changedTouches[0];
      // A long press and a swipe are no click: xterm would drop the selection and open the keyboard.
      if ((picking || thrown?.moved) && event.cancelable) event.preventDefault();
      picking = null;
      if (!thrown || !touch || still.matches) return;
      thrown.release(event.timeStamp);
      const run = (time: number) => {
        const lines = thrown.coast(time);
        // What a program gets comes from a finger: it may be another program by now.
        if (lines === null || swipe !== thrown || !scrollsHere()) return;
        term.scrollLines(lines);
        frame = requestAnimationFrame(run);
      };
      frame = requestAnimationFrame(run);
    },
    { passive: false, signal },
  );
  // The browser's own long press: its menu would end ours.
  box.addEventListener(
    "contextmenu",
    (event) => {
      if (!down) return;
      event.preventDefault();
      event.stopPropagation();
    },
    { capture: true, signal },
  );
  box.addEventListener("touchcancel", stop, { passive: true, signal });
  signal.addEventListener("abort", stop);
}

/** @returns a line with one character for each column, as a wide one takes two */
function columnsOf(term: Terminal, row: number): string {
  const line = term.buffer.active.getLine(row);
  let text = "";
  for (let x = 0; x < term.cols; x++) {
    const cell = line?.getCell(x);
    text += cell?.getWidth() === 0 ? "_" : (cell?.getChars()[0] ?? " ");
  }
  return text;
}
