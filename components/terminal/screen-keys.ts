import type { Terminal } from "@xterm/xterm";
import { copySelection } from "./clipboard.ts";

const isMac = () => /Mac|iP/.test(navigator.platform);

/** Ctrl-Shift-F (⌘F) searches, Ctrl-Shift-C copies (⌘C is the browser's own); the program sees neither. */
export function takeScreenKeys(
  term: Terminal,
  on: { search: () => void; copied: (text: string | null) => void },
): void {
  term.attachCustomKeyEventHandler((event) => {
    const wanted = isMac() ? event.metaKey && !event.ctrlKey : event.ctrlKey && event.shiftKey;
    const key = event.key.toLowerCase();
    if (event.type !== "keydown" || !wanted || !(key === "f" || (key === "c" && !isMac()))) return true;
    event.preventDefault();
    if (key === "f") on.search();
    else void copySelection(term).then(on.copied);
    return false;
  });
}
