/** Side by side (row) or one above the other (column); `at` is the first one's part of the room. */
export type Split = { dir: "row" | "column"; at: number; a: Node; b: Node };
/** A shell's id, or two halves. */
export type Node = string | Split;
/** What one tab shows, and which of its shells one typed into last. */
export type Tab = { root: Node; focus: string };
export type Direction = "left" | "right" | "up" | "down";
/** Parts of the whole, 0 to 1. */
export type Rect = { x: number; y: number; w: number; h: number };
/** `path` leads to its split from the root: a and b. `rect` is the split's own. */
export type Divider = { path: string; dir: Split["dir"]; at: number; rect: Rect };

export const MOST_PANES = 4;
const SMALLEST = 0.15;
const isSplit = (node: Node): node is Split => typeof node !== "string";

/** @returns the shells of a tab, from left to right and from top to bottom */
export const leaves = (node: Node): string[] => (isSplit(node) ? [...leaves(node.a), ...leaves(node.b)] : [node]);

export const tabOf = (tabs: readonly Tab[], terminal: string | null): Tab | null =>
  tabs.find((tab) => terminal !== null && leaves(tab.root).includes(terminal)) ?? null;

function without(node: Node, gone: (terminal: string) => boolean): Node | null {
  if (!isSplit(node)) return gone(node) ? null : node;
  const [a, b] = [without(node.a, gone), without(node.b, gone)];
  return a === null || b === null ? (a ?? b) : a === node.a && b === node.b ? node : { ...node, a, b };
}

/** @returns the tabs with the open shells only: those that are gone leave their room to their neighbours, new ones get a tab each */
export function reconcile(tabs: readonly Tab[], open: readonly string[]): Tab[] {
  const seen = new Set<string>();
  const kept = tabs.flatMap(({ root, focus }) => {
    const gone = (terminal: string) => !open.includes(terminal) || seen.has(terminal) || (seen.add(terminal), false);
    const left = without(root, gone);
    if (left === null) return [];
    const all = leaves(left);
    return [{ root: left, focus: all.includes(focus) ? focus : all[0]! }];
  });
  return [...kept, ...open.filter((one) => !seen.has(one)).map((one) => ({ root: one, focus: one }))];
}

/** @returns the tabs with `added` beside `terminal`; in a tab of its own when that one's is full */
export function splitPane(tabs: readonly Tab[], terminal: string, dir: Split["dir"], added: string): Tab[] {
  const place = (node: Node): Node =>
    isSplit(node)
      ? { ...node, a: place(node.a), b: place(node.b) }
      : node === terminal
        ? { dir, at: 0.5, a: node, b: added }
        : node;
  const tab = tabOf(tabs, terminal);
  if (!tab || leaves(tab.root).length >= MOST_PANES) return [...tabs, { root: added, focus: added }];
  return tabs.map((one) => (one === tab ? { root: place(one.root), focus: added } : one));
}

/** @returns the tabs, with `terminal` as the one that is typed into in its tab */
export const focusOn = (tabs: readonly Tab[], terminal: string): Tab[] =>
  tabs.map((tab) =>
    tab.focus !== terminal && leaves(tab.root).includes(terminal) ? { ...tab, focus: terminal } : tab,
  );

/** @returns the tabs, with the one of `terminal` at `to` instead; an end of the row is as far as it goes */
export function moveTab(tabs: readonly Tab[], terminal: string, to: number): Tab[] {
  const tab = tabOf(tabs, terminal);
  if (!tab) return [...tabs];
  const others = tabs.filter((one) => one !== tab);
  const at = Math.min(others.length, Math.max(0, to));
  return [...others.slice(0, at), tab, ...others.slice(at)];
}

/** Moves the divider that `path` names. */
export function resize(root: Node, path: string, at: number): Node {
  if (!isSplit(root)) return root;
  if (path === "") return { ...root, at: Math.min(1 - SMALLEST, Math.max(SMALLEST, at)) };
  const side = path[0] as "a" | "b";
  return { ...root, [side]: resize(root[side], path.slice(1), at) };
}

/** @returns where each shell of a tab is, and the dividers between them */
export function arrange(root: Node): { panes: Map<string, Rect>; dividers: Divider[] } {
  const panes = new Map<string, Rect>();
  const dividers: Divider[] = [];
  const lay = (node: Node, rect: Rect, path: string) => {
    if (!isSplit(node)) return panes.set(node, rect);
    const { dir, at } = node;
    dividers.push({ path, dir, at, rect });
    const { x, y, w, h } = rect;
    lay(node.a, dir === "row" ? { x, y, w: w * at, h } : { x, y, w, h: h * at }, `${path}a`);
    lay(
      node.b,
      dir === "row" ? { x: x + w * at, y, w: w * (1 - at), h } : { x, y: y + h * at, w, h: h * (1 - at) },
      `${path}b`,
    );
  };
  lay(root, { x: 0, y: 0, w: 1, h: 1 }, "");
  return { panes, dividers };
}

/** @returns the shell that lies beside another one in that direction, the nearest to its middle; null at the edge */
export function neighbour(root: Node, terminal: string, direction: Direction): string | null {
  const { panes } = arrange(root);
  const from = panes.get(terminal);
  if (!from) return null;
  const across = direction === "left" || direction === "right";
  const edge = (r: Rect) => ({ left: r.x + r.w, right: r.x, up: r.y + r.h, down: r.y })[direction];
  const mine = { left: from.x, right: from.x + from.w, up: from.y, down: from.y + from.h }[direction];
  const middle = (r: Rect) => (across ? r.y + r.h / 2 : r.x + r.w / 2);
  const beside = [...panes].filter(([id, r]) => id !== terminal && Math.abs(edge(r) - mine) < 1e-6);
  beside.sort(([, p], [, q]) => Math.abs(middle(p) - middle(from)) - Math.abs(middle(q) - middle(from)));
  return beside[0]?.[0] ?? null;
}

function readNode(value: unknown, depth = 0): Node | null {
  if (typeof value === "string") return /^[0-9a-f]{32}$/.test(value) ? value : null;
  if (typeof value !== "object" || value === null || depth >= MOST_PANES) return null;
  const { dir, at, a, b } = value as Record<string, unknown>;
  const [one, two] = [readNode(a, depth + 1), readNode(b, depth + 1)];
  if ((dir !== "row" && dir !== "column") || typeof at !== "number" || !(at > 0 && at < 1) || !one || !two) return null;
  return { dir, at: Math.min(1 - SMALLEST, Math.max(SMALLEST, at)), a: one, b: two };
}

/** What a browser keeps of the shells that one had before it: how they lay, and what they were called. */
export type Kept = { tabs: Tab[]; labels: Record<string, string> };

/** @returns what was kept; whatever is not in order is left out */
export function readKept(text: string | null): Kept {
  let value: unknown;
  try {
    value = JSON.parse(text ?? "null");
  } catch {
    value = null;
  }
  const { tabs, labels } = (value ?? {}) as { tabs?: unknown; labels?: unknown };
  const read = (Array.isArray(tabs) ? tabs.slice(0, 200) : []).flatMap(
    (tab: { root?: unknown; focus?: unknown } | null) => {
      const root = readNode(tab?.root);
      return root && leaves(root).length <= MOST_PANES ? [{ root, focus: String(tab?.focus) }] : [];
    },
  );
  const named = Object.entries(labels && typeof labels === "object" ? labels : {});
  return {
    tabs: read,
    labels: Object.fromEntries(
      named.flatMap(([id, label]) => (typeof label === "string" ? [[id, label.slice(0, 200)]] : [])),
    ),
  };
}
