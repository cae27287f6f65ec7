/**
 * A shell that has just been drawn takes the keyboard, but never out of a field in which somebody types: after a reload shells come when the
 * rest of the page has been there for a while, and what was meant for a form would be typed to root.
 */
export function mayTakeFocus(active: Element | null): boolean {
  if (!active || active.closest("[data-terminal]")) return true;
  return !active.closest("input, textarea, select, [contenteditable], dialog, [role=dialog]");
}
