import type { Terminal } from "@xterm/xterm";

/** What was selected last in any shell of this page: what a middle click pastes where the system has no selection of its own. */
let lastSelected = "";

/** Puts what is selected in `term` onto the clipboard. @returns the text, or null when nothing is selected or the browser refuses */
export async function copySelection(term: Terminal): Promise<string | null> {
  const text = term.getSelection();
  if (text === "") return null;
  lastSelected = text;
  try {
    await navigator.clipboard.writeText(text);
    return text;
  } catch {
    // No permission, or a page without TLS, which has no such clipboard: the old way, by xterm's own copy handler.
    term.focus();
    return document.execCommand("copy") ? text : null;
  }
}

/** @returns the clipboard's text, null when the browser doesn't give it */
export async function readClipboard(): Promise<string | null> {
  try {
    return await navigator.clipboard.readText();
  } catch {
    return null;
  }
}

/**
 * Copies on selection and pastes on a middle click, as terminals do on X11.
 * @param may whether each is wanted at the moment
 * @param act.copied says that it was copied; act.paste gets what a middle click pastes
 */
export function takeMouse(
  box: HTMLElement,
  term: Terminal,
  may: () => { copyOnSelection: boolean; middleClickPastes: boolean },
  act: { copied: (text: string) => void; paste: (text: string) => void },
  signal: AbortSignal,
): void {
  let dragging = false;
  box.addEventListener("mousedown", (event) => (dragging = event.button === 0), { capture: true, signal });
  document.addEventListener(
    "mouseup",
    () => {
      if (!dragging) return;
      dragging = false;
      // xterm finishes its selection in its own listener
      setTimeout(() => {
        const text = term.getSelection();
        if (text === "") return;
        lastSelected = text;
        if (may().copyOnSelection) void copySelection(term).then((copied) => copied !== null && act.copied(copied));
      });
    },
    { signal },
  );

  // Where the system pastes its own selection by itself (X11), its paste event follows the click; elsewhere nothing does.
  let middle: ReturnType<typeof setTimeout> | undefined;
  let refused = 0;
  const forProgram = (event: MouseEvent) => term.modes.mouseTrackingMode !== "none" && !event.shiftKey;
  box.addEventListener(
    "auxclick",
    (event) => {
      if (event.button !== 1) return;
      if (forProgram(event) || !may().middleClickPastes) {
        refused = event.timeStamp;
        return;
      }
      clearTimeout(middle);
      middle = setTimeout(() => {
        middle = undefined;
        if (lastSelected !== "") act.paste(lastSelected);
        else void readClipboard().then((text) => text && act.paste(text));
      }, 80);
    },
    { capture: true, signal },
  );
  box.addEventListener(
    "paste",
    (event) => {
      // An empty one comes from a system without such a selection.
      if (event.clipboardData?.getData("text/plain")) {
        clearTimeout(middle);
        middle = undefined;
      }
      if (refused === 0 || event.timeStamp - refused > 200) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    { capture: true, signal },
  );
  signal.addEventListener("abort", () => clearTimeout(middle));
}
