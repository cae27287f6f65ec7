/** Which jail depends on which (jail.conf(5), depend). */
export type Needs = ReadonlyMap<string, readonly string[]>;

/** @returns what a jail depends on, and what that depends on, without itself; names that nothing knows are among them */
export function allNeeds(needs: Needs, name: string): string[] {
  const found = new Set<string>();
  const open = [...(needs.get(name) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    open.push(...(needs.get(next) ?? []));
  }
  found.delete(name);
  return [...found];
}

/** @returns jails that wait for each other, each circle once, sorted */
export function cyclesOf(needs: Needs): string[][] {
  const circular = [...needs.keys()].filter((name) =>
    (needs.get(name) ?? []).some((need) => need === name || allNeeds(needs, need).includes(name)),
  );
  const cycles: string[][] = [];
  const told = new Set<string>();
  for (const name of circular.toSorted()) {
    if (told.has(name)) continue;
    const circle = circular.filter(
      (other) => other === name || (allNeeds(needs, name).includes(other) && allNeeds(needs, other).includes(name)),
    );
    for (const one of circle) told.add(one);
    cycles.push(circle.toSorted());
  }
  return cycles;
}

/**
 * @param wanted in the order of jail_list
 * @returns `wanted` and all that they depend on, in rows: each one's needs are in rows before its own; names in circles and
 *   what waits for them are left out, as they never start
 */
export function rowsOf(needs: Needs, wanted: readonly string[]): string[][] {
  const all: string[] = [];
  for (const name of wanted)
    for (const one of [...allNeeds(needs, name).toReversed(), name]) if (!all.includes(one)) all.push(one);
  const rows: string[][] = [];
  const placed = new Set<string>();
  let left = all;
  while (left.length > 0) {
    const row = left.filter((name) => (needs.get(name) ?? []).every((need) => placed.has(need)));
    if (row.length === 0) break;
    rows.push(row);
    for (const name of row) placed.add(name);
    left = left.filter((name) => !placed.has(name));
  }
  return rows;
}
