import type { HostOrder } from "@/server/contract/order.ts";

export type Place = { name: string; x: number; y: number };
export type Line = { from: Place; to: Place };

export const BOX = { width: 168, height: 28, gapX: 56, gapY: 12 };

/**
 * A column for each row of the order, from left to right; only jails that depend on another or are depended upon.
 * @returns places of boxes, lines from what is needed to who needs it, and the size of the picture
 */
export function graphOf(order: Pick<HostOrder, "jails" | "cycles">): {
  places: Place[];
  lines: Line[];
  width: number;
  height: number;
} {
  const circular = new Set(order.cycles.flat());
  const edges = order.jails.flatMap((jail) => jail.depend.map((need) => ({ need, name: jail.name })));
  const names = [...new Set(edges.flatMap((edge) => [edge.need, edge.name]))].sort();
  const needs = new Map(order.jails.map((one) => [one.name, one.depend]));
  const depths = new Map<string, number>();
  const depthOf = (name: string, seen: readonly string[] = []): number => {
    const known = depths.get(name);
    if (known !== undefined) return known;
    if (circular.has(name) || seen.includes(name)) return 0;
    const depth = Math.max(0, ...(needs.get(name) ?? []).map((need) => depthOf(need, [...seen, name]) + 1));
    depths.set(name, depth);
    return depth;
  };
  const columns: string[][] = [];
  for (const name of names) (columns[depthOf(name)] ??= []).push(name);
  const places = [...columns].flatMap((column, x) =>
    (column ?? []).map((name, y) => ({
      name,
      x: x * (BOX.width + BOX.gapX),
      y: y * (BOX.height + BOX.gapY),
    })),
  );
  const at = new Map(places.map((place) => [place.name, place]));
  return {
    places,
    lines: edges.map(({ need, name }) => ({ from: at.get(need)!, to: at.get(name)! })),
    width: Math.max(0, ...places.map((one) => one.x + BOX.width)),
    height: Math.max(0, ...places.map((one) => one.y + BOX.height)),
  };
}
